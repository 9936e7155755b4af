/** Drawn on a grid of 24, by lines; what they mean is always said in text as well. */
const PATHS = {
  back: 'M15 5l-7 7 7 7',
  close: 'M6 6l12 12M18 6L6 18',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
  settings:
    'M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  receive: 'M12 3v11M7.5 9.5L12 14l4.5-4.5M4 15v5h16v-5',
  pick: 'M12 14V3M7.5 7.5L12 3l4.5 4.5M4 13v7h16v-7',
  count: 'M5 4h14v16H5zM8.5 8h7M8.5 12h2M13.5 12h2M8.5 16h2M13.5 16h2',
  move: 'M3 8h15M14 4l4 4-4 4M21 16H6M10 12l-4 4 4 4',
  adjust: 'M5 8h7M8.5 4.5v7M13 17h7M4 20L20 4',
  stock: 'M4 8l8-4.5L20 8v8l-8 4.5L4 16zM4 8l8 4.5L20 8M12 12.5v8',
  queue: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  location: 'M12 21s-7-6-7-11a7 7 0 0 1 14 0c0 5-7 11-7 11zM12 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z',
  item: 'M4 7v10M7 7v10M10 7v10M12.5 7v10M16 7v10M20 7v10',
  lot: 'M3 12V4h8l10 10-8 8zM7.5 8h.01',
  quantity: 'M9 4L7 20M17 4l-2 16M4 9h17M3 15h17',
  reason: 'M4 5h16v11H9l-5 4z',
  badge:
    'M4 6h16v13H4zM9 14a2.2 2.2 0 1 0 0-4.4A2.2 2.2 0 0 0 9 14zM5.8 19c.4-2 1.6-3 3.2-3s2.8 1 3.2 3M15 11h2.5M15 15h2.5M10 3h4v3h-4z',
  device: 'M7 2.5h10v19H7zM10 18.5h4',
  keyboard: 'M3 6h18v12H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8',
  refresh: 'M20 6v5h-5M4 18v-5h5M19 11a7.5 7.5 0 0 0-13.4-3M5 13a7.5 7.5 0 0 0 13.4 3',
  upload: 'M12 19V6M6.5 11L12 5.5 17.5 11',
  online: 'M3 9.5c5-5 13-5 18 0M6.5 13.2c3-3 8-3 11 0M12 18h.01',
  offline:
    'M3 9.5c2-2 4.3-3.1 6.7-3.5M21 9.5c-1.4-1.4-3-2.4-4.7-3M6.5 13.2c1-1 2.2-1.6 3.5-2M12 18h.01M4 3l16 18',
  trouble: 'M12 4l9 16H3zM12 10v4.5M12 17.3h.01',
  user: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20.5c.6-4.4 3.6-6.5 7.5-6.5s6.9 2.1 7.5 6.5',
  chevron: 'M9 5l7 7-7 7',
  minus: 'M5 12h14',
  plus: 'M5 12h14M12 5v14',
  erase: 'M9 5h12v14H9l-6-7zM12.5 9.5l5 5M17.5 9.5l-5 5',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside a text that says the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

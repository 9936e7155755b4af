import { effect, signal } from '@preact/signals';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEPT = 'stockbridge-console.theme';

/** As it was chosen in this browser. */
export const theme = signal<Theme>(THEMES.find((known) => known === localStorage.getItem(KEPT)) ?? 'system');
/** What it comes to: the style sheet goes by `data-theme`, charts are drawn anew. */
export const isDark = signal(false);

export function startTheme(): void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const isSystemDark = signal(query.matches);
  query.addEventListener('change', ({ matches }) => {
    isSystemDark.value = matches;
  });
  effect(() => {
    const dark = theme.value === 'system' ? isSystemDark.value : theme.value === 'dark';
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    isDark.value = dark;
    localStorage.setItem(KEPT, theme.value);
  });
}

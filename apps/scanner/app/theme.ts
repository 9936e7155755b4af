import { effect, signal } from '@preact/signals';
import { preferences } from './state.ts';

/** Dark or bright, as it was chosen or as the system has it; the style sheet goes by `data-theme`. */
export function startTheme(): void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const isSystemDark = signal(query.matches);
  query.addEventListener('change', ({ matches }) => {
    isSystemDark.value = matches;
  });
  effect(() => {
    const { theme } = preferences.value;
    const isDark = theme === 'system' ? isSystemDark.value : theme === 'dark';
    document.documentElement.dataset.theme = isDark ? 'dark' : 'bright';
    const colour = document.querySelector<HTMLMetaElement>('meta[name="theme-color"]');
    if (colour) colour.content = isDark ? '#10181e' : '#ffffff';
  });
}

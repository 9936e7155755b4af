import type { Signal } from '@preact/signals';

/** Opens what is shown while `isOpen` is true; it is not the first thing that is done here. */
export function OpenButton({ label, isOpen }: { readonly label: string; readonly isOpen: Signal<boolean> }) {
  return (
    <button
      type="button"
      class="button"
      onClick={() => {
        isOpen.value = true;
      }}
    >
      {label}
    </button>
  );
}

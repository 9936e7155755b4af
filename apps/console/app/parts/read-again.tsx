/** For what is not read again by itself. */
export function ReadAgain({ onPress }: { readonly onPress: () => void }) {
  return (
    <button type="button" class="button button--small" onClick={() => onPress()}>
      Read again
    </button>
  );
}

/**
 * Fulfilled when what was changed so far is drawn: what takes milliseconds on a handheld, and would hold up what is seen, waits for it. In a
 * page that is not seen that is when it is again.
 */
export function drawn(): Promise<void> {
  return new Promise((resolve) => {
    // The callback comes right before a frame is drawn, a timer set in it after that.
    requestAnimationFrame(() => setTimeout(resolve));
  });
}

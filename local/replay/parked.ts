/** Counts what is in quarantine, now and then; `count()` is the last known number, undefined before the first answer. */
export function watchParked(functionsUrl: string): { count: () => string | undefined; stop: () => void } {
  let count: string | undefined;
  const look = async () => {
    try {
      const response = await fetch(`${functionsUrl}/api/quarantine?limit=500`, {
        signal: AbortSignal.timeout(5_000),
      });
      if (!response.ok) return;
      const page = (await response.json()) as { messages: unknown[]; continuationToken?: string };
      count = `${page.messages.length}${page.continuationToken === undefined ? '' : '+'}`;
    } catch {
      // The cloud does not answer at the moment; the last number stands.
    }
  };
  const timer = setInterval(() => void look(), 2_000);
  void look();
  return { count: () => count, stop: () => clearInterval(timer) };
}

/** ISO 8601 UTC as an input of type `datetime-local` wants it, and back; nothing of what is no time. */
export function toLocal(utc: string | undefined): string {
  const at = new Date(utc ?? '');
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export function fromLocal(local: string): string | undefined {
  return local === '' ? undefined : new Date(local).toISOString();
}

/** Milliseconds between two lines: on a terminal one line is written over, elsewhere each is a line of its own. */
const ON_TERMINAL_MS = 200;
const ELSEWHERE_MS = 10_000;

export type Progress = { show(text: string): void; end(): void };

/** A progress line on standard error, so that standard output holds the result only. */
export function progressLine(stream: NodeJS.WriteStream): Progress {
  const every = stream.isTTY ? ON_TERMINAL_MS : ELSEWHERE_MS;
  let shownAt = Date.now() - (stream.isTTY ? every : 0);
  let shown = false;
  return {
    show(text) {
      if (Date.now() - shownAt < every) return;
      shownAt = Date.now();
      shown = true;
      stream.write(stream.isTTY ? `\r\u001b[K${text}` : `${text}\n`);
    },
    end() {
      if (stream.isTTY && shown) stream.write('\r\u001b[K');
      shown = false;
    },
  };
}

/** Shows how far something is: on a terminal lines that are rewritten, elsewhere new ones every five seconds. */
export type ProgressLine = {
  /** Says something else without disturbing the progress. */
  say: (line: string) => void;
  /** Shows the last state and ends. */
  end: () => void;
};

const TERMINAL_INTERVAL = 250;
const LOG_INTERVAL = 5_000;

/** `text` is asked for the state, one line or several; it is called again at every showing. */
export function openProgressLine(text: () => string, out: NodeJS.WriteStream = process.stdout): ProgressLine {
  let shown = 0;
  const clear = () => {
    if (!out.isTTY) return;
    out.write(`\r\u001b[K${'\u001b[A\u001b[K'.repeat(Math.max(0, shown - 1))}`);
    shown = 0;
  };
  const show = () => {
    const state = text();
    if (!out.isTTY) return out.write(`${state}\n`);
    const lines = state.split('\n').map((line) => line.slice(0, out.columns - 1));
    clear();
    shown = lines.length;
    return out.write(lines.join('\n'));
  };
  const timer = setInterval(show, out.isTTY ? TERMINAL_INTERVAL : LOG_INTERVAL);
  return {
    say(line) {
      clear();
      out.write(`${line}\n`);
    },
    end() {
      clearInterval(timer);
      show();
      if (out.isTTY) out.write('\n');
    },
  };
}

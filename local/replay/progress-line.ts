/** Shows how far something is: on a terminal one line that is rewritten, elsewhere a line every five seconds. */
export type ProgressLine = {
  /** Says something else without disturbing the progress line. */
  say: (line: string) => void;
  /** Shows the last state and ends. */
  end: () => void;
};

const TERMINAL_INTERVAL = 250;
const LOG_INTERVAL = 5_000;

/** `text` is asked for the state; it is called again at every showing. */
export function openProgressLine(text: () => string, out: NodeJS.WriteStream = process.stdout): ProgressLine {
  const clear = () => out.isTTY && out.write('\r\u001b[K');
  const show = () => {
    const line = text();
    if (!out.isTTY) return out.write(`${line}\n`);
    clear();
    return out.write(line.slice(0, out.columns - 1));
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

/** What the benchmark has the console do in a page, and how long its frames take meanwhile. */
export interface ConsoleWork {
  /** Watches the frames from now on. */
  watch(): void;
  /** The longest frame since then, in milliseconds; they are not watched any more. */
  longest(): number;
  /** Turns to the next page of a table so many times, and then to its last. @param caption its beginning */
  turn(caption: string, times: number): Promise<void>;
}

declare global {
  interface Window {
    consoleWork: ConsoleWork;
  }
}

/** Milliseconds that a person looks at a page at least. */
const LOOK_MS = 100;

let frames: number[] = [];
let isWatching = false;

window.consoleWork = {
  watch() {
    frames = [];
    isWatching = true;
    let last = performance.now();
    const frame = (now: number) => {
      frames.push(now - last);
      last = now;
      if (isWatching) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  },
  longest() {
    isWatching = false;
    return Math.max(...frames);
  },
  async turn(caption, times) {
    for (let turn = 0; turn < times; turn += 1) await press(caption, 'Next');
    await press(caption, 'Last');
  },
};

/** Without the search of a test tool for it, which would be counted among the page's own work. */
async function press(caption: string, name: string): Promise<void> {
  const buttons = document.querySelectorAll<HTMLButtonElement>(
    `nav[aria-label^="Pages: ${caption}"] button:enabled`,
  );
  const button = [...buttons].find(({ textContent }) => textContent === name);
  if (!button) throw new Error(`${caption} has no button "${name}"`);
  button.click();
  await new Promise((done) => setTimeout(done, LOOK_MS));
}

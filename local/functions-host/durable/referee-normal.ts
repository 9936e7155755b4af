/**
 * Makes what was recorded of the real host and what this one did comparable: times, ids and keys by their form, .NET and
 * JavaScript stack texts by their presence, JSON inside strings by its value.
 */
export function normal(value: unknown): unknown {
  if (typeof value === 'string') return normalText(value);
  if (Array.isArray(value)) return inOrder(value).map(normal);
  if (typeof value !== 'object' || value === null) return value;
  // `Generation` counts how often the storage saw an id; it is null, 0 or 1 for one and the same thing.
  const members = Object.entries(value).filter(([name]) => name !== 'Generation');
  return Object.fromEntries(
    members.map(([name, member]) => {
      if (STACK_TEXTS.includes(name) && typeof member === 'string') return [name, 'STACK'];
      return [name, normal(member)];
    }),
  );
}

/** Activities that end side by side complete in no order: a run of completions is put into that of their values. */
function inOrder(values: unknown[]): unknown[] {
  const sorted: unknown[] = [];
  let run: unknown[] = [];
  for (const value of [...values, undefined]) {
    if (isCompletion(value)) run.push(value);
    else {
      sorted.push(...run.sort((a, b) => resultOf(a).localeCompare(resultOf(b))), value);
      run = [];
    }
  }
  return sorted.slice(0, -1);
}

function isCompletion(value: unknown): boolean {
  const type = typeof value === 'object' && value !== null && 'EventType' in value && value.EventType;
  return type === 5 || type === 'TaskCompleted';
}

const resultOf = (event: unknown) =>
  JSON.stringify(typeof event === 'object' && event !== null && 'Result' in event ? event.Result : null);

/** Long texts of .NET exceptions, and the stack of the error in the app. */
const STACK_TEXTS = ['Details', 'StackTrace', 'stackTrace'];

const OUT_OF_PROC = '$OutOfProcData$:';

function normalText(text: string): unknown {
  const label = text.indexOf(OUT_OF_PROC);
  if (label >= 0)
    return {
      before: text.slice(0, label),
      state: normal(JSON.parse(text.slice(label + OUT_OF_PROC.length))),
    };
  if (/^\s*[[{"\d-]/.test(text)) {
    const parsed = parsedOrNothing(text);
    if (parsed) return { json: normal(parsed.value) };
  }
  return (
    text
      // The message of a failed task is "REASON \n DETAILS".
      .replace(/ \n [\s\S]*$/, ' \n DETAILS')
      .replace(/\n\s+at [\s\S]*$/, '\nSTACK')
      .replace(/(.)\1{99,}/g, (run, char) => `<${char} repeated ${run.length} times>`)
      // Constants of the app and of the driver are older than the recording.
      .replace(/\b20(?:2[6-9]|[3-9]\d)-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?/g, 'TIME')
      .replace(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/gi, 'GUID')
      .replace(/\b[0-9a-f]{32}\b/g, 'HEX32')
      .replace(/\bcode=[\w-]+/g, 'code=CODE')
      // In no order, and the app grew between the recordings.
      .replace(/(?<=known orchestrator functions: ).*/, 'NAMES')
  );
}

function parsedOrNothing(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

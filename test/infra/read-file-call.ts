import type { Call } from './bicep/document.ts';
import type { Scope } from './bicep/evaluate.ts';
import { type Files, pathFrom } from './bicep/files.ts';
import { READERS } from './bicep/functions.ts';
import { propertyAt, unknown, type Value } from './bicep/value.ts';
import { jsonSchema } from './json.ts';

/** What a function gives that reads a file beside the one it is called in; undefined of any other function. */
export function readFileCall(
  { name, line }: Call,
  [path, part]: readonly Value[],
  file: string,
  files: Files,
  tell: Scope['tell'],
): Value | undefined {
  if (!READERS.has(name)) return undefined;
  if (typeof path !== 'string') {
    tell(line, `${name}() takes a path that is written out`);
    return unknown('any');
  }
  const text = files.text(pathFrom(file, path));
  if (text === undefined) {
    tell(line, `${name}('${path}'): there is no such file`);
    return unknown('any');
  }
  if (name === 'loadYamlContent') return unknown('any');
  if (name === 'loadFileAsBase64') return Buffer.from(text).toString('base64');
  if (name === 'loadTextContent') return text;
  const content = parsed(text);
  if (content === undefined) {
    tell(line, `${name}('${path}'): the file is no JSON`);
    return unknown('any');
  }
  if (typeof part !== 'string') return content;
  const found = propertyAt(content, ...part.split('.'));
  if (found === undefined) tell(line, `${name}('${path}'): there is no ${part} in it`);
  return found ?? unknown('any');
}

function parsed(text: string): Value | undefined {
  try {
    return jsonSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

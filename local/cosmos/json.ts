/** A JSON value as `JSON.parse` returns it. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = { [name: string]: Json };

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `JSON.parse` with the result typed; throws SyntaxError. */
export function parseJson(text: string): Json {
  return JSON.parse(text) as Json;
}

/** The value of an object's own property, `undefined` when it has none (so that `constructor` is not found on the prototype). */
export function property(value: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Sets an own property, also for the name `__proto__`, which plain assignment would take for the prototype. */
export function setProperty(target: JsonObject, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else target[name] = value;
}

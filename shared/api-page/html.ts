/** Markup that is safe to put into a page as it is. */
export type Html = { readonly html: string };

type Content = Html | string | number | false | undefined | readonly Content[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A template of markup: what is put in is text, and escaped, unless it is markup itself. False and undefined are nothing.
 * End tags that HTML does without (`li`, `p`) are left out, since a page is to stay small.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return { html: strings.map((text, index) => text + markup(values[index])).join('') };
}

/** A sentence of the documents, in which backticks stand around code. */
export function prose(text: string): Html {
  const parts = text.split('`');
  // A backtick without another is itself.
  if (parts.length % 2 === 0) return html`${text}`;
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`))}`;
}

/** JSON as a reader sees it, in a box that a keyboard can scroll. */
export function jsonBlock(value: unknown): Html {
  const text = widthWise(value).replaceAll(/[&<]/g, (one) => ESCAPES[one] ?? one);
  return { html: `<pre tabindex="0">${text}</pre>` };
}

/** A text as the id of an element. */
export function anchor(kind: string, name: string): string {
  return `${kind}-${name.replaceAll(/[^\w.-]/g, '-')}`;
}

function markup(content: Content): string {
  if (content === false || content === undefined) return '';
  if (typeof content === 'string') return content.replaceAll(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
  if (typeof content === 'number') return String(content);
  return 'html' in content ? content.html : content.map(markup).join('');
}

/** Characters: what fits in a line stands in one. */
const WIDTH = 90;

function widthWise(value: unknown, indent = ''): string {
  const line = JSON.stringify(value);
  if (typeof value !== 'object' || value === null || indent.length + line.length <= WIDTH) return line;
  // The page shows a tab as two spaces.
  const deeper = `${indent}\t`;
  const parts = Array.isArray(value)
    ? value.map((entry) => widthWise(entry, deeper))
    : Object.entries(value).map(([key, entry]) => `${JSON.stringify(key)}: ${widthWise(entry, deeper)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${parts.map((part) => deeper + part).join(',\n')}\n${indent}${close}`;
}

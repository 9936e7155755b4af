import type { z } from 'zod';
import { type SettingMeaning, type Settings, settingMeanings } from './setting.ts';

const KIND = { plain: '', secret: 'secret', identity: 'by identity' };

/** A row for each setting, in Markdown: name, what counts unless it is set, what it means, and who may know it. */
export function settingsTable({ shape }: Settings): string {
  const rows = Object.entries(shape).map(([name, schema]) => {
    const { meaning, unit, unlessSet, needed, kind, readBy } = meaningOf(name, schema);
    const otherwise = unlessSet ?? (needed === undefined ? 'none' : '–');
    const notes = [needed && `needed ${needed}`, KIND[kind], readBy && `read by the ${readBy}`].filter(
      Boolean,
    );
    const value = unit === undefined ? otherwise : `${otherwise} ${unit}`;
    return `| \`${name}\` | ${value} | ${meaning} | ${notes.join('; ')} |`;
  });
  return ['| setting | unless set | | |', '|---|---|---|---|', ...rows].join('\n');
}

/** A setting after the other, as plain text for the help of a command. */
export function settingsText({ shape }: Settings): string {
  return Object.entries(shape)
    .map(([name, schema]) => {
      const { meaning, unlessSet } = meaningOf(name, schema);
      const otherwise = unlessSet === undefined ? '' : ` (${unlessSet})`;
      return `  ${name}\n      ${`${meaning}${otherwise}`.replace(/\[([^\]]+)\]\([^)]+\)|`/g, '$1')}`;
    })
    .join('\n');
}

function meaningOf(name: string, schema: z.ZodType): SettingMeaning {
  const found = settingMeanings.get(schema);
  if (found === undefined) throw new Error(`The setting ${name} has no meaning`);
  return found;
}

import { z } from 'zod';
import { type Environment, SettingError } from '../settings.ts';

/** What whoever sets a setting has to know of it, beside its schema. Markdown. */
export type SettingMeaning = {
  readonly meaning: string;
  /** Of the number that it is. */
  readonly unit?: string;
  /** What counts where it is not set. */
  readonly unlessSet?: string;
  /** When it has to be set; absent: it may always be left out. */
  readonly needed?: string;
  /** `secret`: stands in no message, and belongs in Key Vault. `identity`: an address that an identity signs in to, so that there is no secret. */
  readonly kind: 'plain' | 'secret' | 'identity';
  /** Who reads it, where that is not the product's own code. */
  readonly readBy?: string;
};

/** The meaning of every setting, by its schema. */
export const settingMeanings = z.registry<SettingMeaning>();

/** Settings by name. */
export type Settings = z.ZodObject<Readonly<Record<string, z.ZodType>>>;

/** Any text. */
export const text = () => z.string().optional();

/** A setting that is a number, its bounds included, with its meaning. */
export function decimal({
  meaning,
  unit,
  least,
  most,
  unlessSet,
  zero,
}: {
  readonly meaning: string;
  readonly unit: string;
  readonly least: number;
  readonly most: number;
  readonly unlessSet: number;
  /** What 0 stands for. */
  readonly zero?: string;
}) {
  const lower = zero === undefined ? least : `${least} (${zero})`;
  return z
    .string()
    .default(String(unlessSet))
    .refine((given) => /^\d+(\.\d+)?$/.test(given) && Number(given) >= least && Number(given) <= most, {
      error: `set it to ${unit} from ${lower} to ${most}.`,
    })
    .transform(Number)
    .register(settingMeanings, { meaning, unit, unlessSet: String(unlessSet), kind: 'plain' });
}

/** What App Service leaves of a reference whose secret it could not read. */
const SECRET_REFERENCE = '@Microsoft.KeyVault(';

/**
 * Reads settings as their schemas say; others of the environment do not matter.
 *
 * @throws {SettingError} for the first that is wrong, without the value of a secret
 */
export function parseSettings<Schema extends Settings>(
  environment: Environment,
  settings: Schema,
): z.output<Schema> {
  const given = Object.keys(settings.shape).map((name) => [name, valueIn(environment, name)] as const);
  const [unread] = given.find(([, value]) => value?.startsWith(SECRET_REFERENCE)) ?? [];
  if (unread !== undefined)
    throw new SettingError(
      `${unread} is a reference to a secret that App Service could not read: put the secret into the vault, or give the app's identity its role there, and have it read anew (docs/operations/rotate-identities.md).`,
    );
  const parsed = settings.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = String(issue?.path[0]);
  const schema = settings.shape[name];
  const isSecret = schema !== undefined && settingMeanings.get(schema)?.kind === 'secret';
  const value = isSecret ? '' : ` is "${valueIn(environment, name)}":`;
  throw new SettingError(`${name}${value} ${issue?.message}`);
}

/** An empty variable is one that is not set. */
function valueIn(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}

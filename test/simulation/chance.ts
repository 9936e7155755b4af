/** Everything that is left to chance in a run: drawn from a seed, so that the same seed draws the same again. */
export type Chance = {
  /** In [0, 1), 32 bits of it. */
  next(): number;
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  /** A whole number; both ends included. */
  between(least: number, most: number): number;
  happens(probability: number): boolean;
  oneOf<Choice>(choices: readonly Choice[]): Choice;
  /** A UUID of version 4. */
  uuid(): string;
  bytes(count: number): Buffer;
  /**
   * A source of its own, which follows from the seed and the name alone: what one part draws does not move what another
   * does, so that a run stays recognisable when a fault is taken out of it.
   */
  stream(name: string): Chance;
};

/** Chance from a seed: sfc32 (Chris Doty-Humphrey, PractRand), its state from the seed's text by xmur3. */
export function chanceOf(seed: string): Chance {
  const next = sfc32(seed);
  const chance: Chance = {
    next,
    below: (limit) => Math.floor(next() * limit),
    between: (least, most) => least + Math.floor(next() * (most - least + 1)),
    happens: (probability) => probability > 0 && next() < probability,
    oneOf: (choices) => {
      const choice = choices[Math.floor(next() * choices.length)];
      if (choice === undefined) throw new RangeError('There is nothing to choose from.');
      return choice;
    },
    uuid: () => uuidOf(next),
    bytes: (count) => Buffer.from(Array.from({ length: count }, () => Math.floor(next() * 256))),
    stream: (name) => chanceOf(`${seed}/${name}`),
  };
  return chance;
}

function sfc32(seed: string): () => number {
  const hash = xmur3(seed);
  let [a, b, c, counter] = [hash(), hash(), hash(), 1];
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4_294_967_296;
  };
  // The first draws still show the seed.
  for (let warmUp = 0; warmUp < 12; warmUp += 1) next();
  return next;
}

/** Numbers of 32 bits that follow from a text. */
function xmur3(text: string): () => number {
  let hash = 1_779_033_703 ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 3_432_918_353);
    hash = (hash << 13) | (hash >>> 19);
  }
  return () => {
    hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
    hash = Math.imul(hash ^ (hash >>> 13), 3_266_489_909);
    hash ^= hash >>> 16;
    return hash >>> 0;
  };
}

function uuidOf(next: () => number): string {
  const part = () =>
    Math.floor(next() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');
  const [one, two, three, four] = [part(), part(), part(), part()];
  const variant = '89ab'[Number.parseInt(three.slice(0, 1), 16) % 4];
  return `${one}-${two.slice(0, 4)}-4${two.slice(5)}-${variant}${three.slice(1, 4)}-${three.slice(4)}${four}`;
}

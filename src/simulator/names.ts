import type { Random } from './random.js';

/** A name to show and the plain form its email is made of. */
export interface PersonName {
  readonly display: string;
  readonly mailbox: string;
}

// Each first name with its plain spelling; accents, other scripts and emoji are there because real names have them.
const FIRST_NAMES: readonly (readonly [display: string, plain: string])[] = [
  ['Ada', 'ada'],
  ['Grace', 'grace'],
  ['Zoë 🦩', 'zoe'],
  ['Émile', 'emile'],
  ['Søren', 'soren'],
  ['José', 'jose'],
  ['Łucja', 'lucja'],
  ['Ирина', 'irina'],
  ['花子', 'hanako'],
  ['Alan', 'alan'],
  ['Basil', 'basil'],
  ['Cleo', 'cleo'],
  ['Dora', 'dora'],
  ['Edgar', 'edgar'],
  ['Flora', 'flora'],
  ['Gustav', 'gustav'],
  ['Hedy', 'hedy'],
  ['Ivo', 'ivo'],
  ['Juno', 'juno'],
  ['Kasper', 'kasper'],
  ['Lena', 'lena'],
  ['Milo', 'milo'],
  ['Nora', 'nora'],
  ['Otto', 'otto'],
  ['Pia', 'pia'],
  ['Quentin', 'quentin'],
  ['Rosa', 'rosa'],
  ['Sven', 'sven'],
  ['Tilda', 'tilda'],
  ['Ursula', 'ursula'],
  ['Viktor', 'viktor'],
  ['Wanda', 'wanda'],
];

const LAST_NAMES = [
  'Example',
  'Sample',
  'Specimen',
  'Placeholder',
  'Template',
  'Fixture',
  'Mockup',
  'Prototype',
  'Dummy',
  'Demo',
  'Testcase',
  'Pattern',
  'Stand-in',
  'Draft',
  'Blueprint',
  "O'Model",
];

/** Made-up names in a shuffled order, no two alike: once the combinations are used up they get a number. */
export function* madeUpNames(random: Random): Generator<PersonName, never> {
  const combinations = FIRST_NAMES.flatMap(([display, plain]) =>
    LAST_NAMES.map((last) => ({
      display: `${display} ${last}`,
      mailbox: `${plain}.${last.toLowerCase().replaceAll(/[^a-z]/g, '')}`,
    })),
  );
  for (let round = 1; ; round++) {
    const left = [...combinations];
    while (left.length > 0) {
      const [name] = left.splice(random.whole(0, left.length - 1), 1);
      if (name === undefined) continue;
      yield round === 1 ? name : { display: `${name.display} ${round}`, mailbox: `${name.mailbox}${round}` };
    }
  }
}

import type { Random } from '../src/simulator/random.js';
import { NASTY_JSON, NASTY_KEYS } from './nasty.js';

/** A value of parsed JSON, or JSON as text that stands for itself. */
type Node = unknown;

/** A text that is written into the JSON as it is: parsing would lose what is special about some. */
class Raw {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** Changes an event in one to four places and gives its JSON. The same random numbers give the same text. */
export function mutateJson(event: unknown, random: Random): string {
  let changed: Node = structuredClone(event);
  for (let left = random.whole(1, 4); left > 0; left -= 1) changed = change(changed, random);
  return render(changed);
}

function change(root: Node, random: Random): Node {
  const places = placesIn(root);
  const place = places[random.whole(0, places.length - 1)];
  // Every value has the same chance, so most changes go far down, where the values are.
  if (place === undefined || random.chance(0.003)) return replacement(root, random);
  const { parent, key } = place;
  if (random.chance(0.65)) put(parent, key, replacement((parent as Record<string, Node>)[key], random));
  else changeMember(parent, key, random);
  return root;
}

type Place = { readonly parent: Record<string, Node> | Node[]; readonly key: string };

function placesIn(node: Node, places: Place[] = []): Place[] {
  if (isParent(node))
    for (const key of Object.keys(node)) {
      places.push({ parent: node, key });
      placesIn((node as Record<string, Node>)[key], places);
    }
  return places;
}

/** Changes what a list or object holds rather than one value. */
function changeMember(parent: Record<string, Node> | Node[], key: string, random: Random): void {
  const child = (parent as Record<string, Node>)[key];
  if (Array.isArray(parent)) {
    const at = Number(key);
    const what = random.whole(0, 3);
    if (what === 0) parent.splice(at, 1);
    else if (what === 1)
      parent.splice(at, 0, ...Array.from({ length: random.whole(1, 30) }, () => structured(child)));
    else if (what === 2) parent.reverse();
    else parent.push(nasty(random));
    return;
  }
  const what = random.whole(0, 4);
  if (what === 0) delete parent[key];
  else if (what === 1) put(parent, nastyKey(random), structured(child));
  else if (what === 2) put(parent, nastyKey(random), nasty(random));
  else if (what === 3) {
    delete parent[key];
    put(parent, changeText(key, random), child);
  } else {
    // The value of one key under another, of the same object.
    const keys = Object.keys(parent);
    put(parent, keys[random.whole(0, keys.length - 1)] ?? key, structured(child));
  }
}

function replacement(node: Node, random: Random): Node {
  const what = random.whole(0, 9);
  if (what <= 2) return nasty(random);
  if (what === 3) return [structured(node)];
  if (what === 4) return { [nastyKey(random)]: structured(node) };
  if (what === 5) return typeof node === 'string' ? Number(node) || 0 : render(node).slice(0, 1_000);
  if (what === 6) return new Raw(`${'['.repeat(200)}${']'.repeat(200)}`);
  if (typeof node === 'string') return changeText(node, random);
  if (typeof node === 'number') return node * 10 ** random.whole(-20, 20);
  return nasty(random);
}

const PIECES = [
  '"',
  ',',
  '=',
  ' ',
  '\\',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u0007',
  '\u007f',
  '\u2028',
  '\ufeff',
  '🦩',
  '\ud83e',
  '\udd8a',
  'é',
  'e\u0301',
  '#',
  '%',
  "'",
  '{',
  '-',
  '.',
  '9',
];

function changeText(text: string, random: Random): string {
  const at = random.whole(0, text.length);
  const piece = PIECES[random.whole(0, PIECES.length - 1)] ?? '';
  switch (random.whole(0, 4)) {
    case 0:
      return text.slice(0, at) + piece + text.slice(at);
    case 1:
      return text.slice(0, at);
    case 2:
      return text.slice(0, at) + piece + text.slice(at + 1);
    case 3:
      return text + piece;
    default:
      return text.repeat(random.whole(2, 200)).slice(0, 70_000);
  }
}

/** A value of its own, so that a later change of one leaves the other. */
function structured(node: Node): Node {
  if (node instanceof Raw || !isParent(node)) return node;
  if (Array.isArray(node)) return node.map(structured);
  const copy: Record<string, Node> = {};
  for (const [key, value] of Object.entries(node)) put(copy, key, structured(value));
  return copy;
}

function isParent(node: Node): node is Record<string, Node> | Node[] {
  return typeof node === 'object' && node !== null && !(node instanceof Raw) && Object.keys(node).length > 0;
}

/** Sets a key of whatever name as the object's own. */
function put(parent: Record<string, Node> | Node[], key: string, value: Node): void {
  Object.defineProperty(parent, key, { value, writable: true, enumerable: true, configurable: true });
}

function nasty(random: Random): Raw {
  return new Raw(NASTY_JSON[random.whole(0, NASTY_JSON.length - 1)] ?? 'null');
}

function nastyKey(random: Random): string {
  return NASTY_KEYS[random.whole(0, NASTY_KEYS.length - 1)] ?? '';
}

function render(node: Node): string {
  if (node instanceof Raw) return node.json;
  if (Array.isArray(node)) return `[${node.map(render).join(',')}]`;
  if (typeof node === 'object' && node !== null)
    return `{${Object.entries(node)
      .map(([key, value]) => `${JSON.stringify(key)}:${render(value)}`)
      .join(',')}}`;
  return JSON.stringify(node) ?? 'null';
}

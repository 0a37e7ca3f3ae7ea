/** A line of line protocol taken apart. Text fields come without their quotes, numbers as numbers. */
export type ReadLine = {
  readonly measurement: string;
  readonly tags: Record<string, string>;
  readonly fields: Record<string, number | string>;
  readonly time: number;
};

/**
 * Takes a line apart by the rules of InfluxData's line protocol reference, independently of the code that writes lines.
 * Tag values that begin with a quote are not looked for.
 *
 * @throws where it is no line
 */
export function readLine(line: string): ReadLine {
  const [head = '', ...tagTexts] = split(until(line, ' '), ',');
  const rest = line.slice(until(line, ' ').length + 1);
  const fieldSet = until(rest, ' ');
  const time = rest.slice(fieldSet.length + 1);
  if (!/^\d+$/.test(time)) throw new Error(`no time at the end of ${line}`);
  return {
    measurement: head,
    tags: Object.fromEntries(tagTexts.map(readTag)),
    fields: Object.fromEntries(split(fieldSet, ',').map(readField)),
    time: Number(time),
  };
}

function readTag(text: string): [string, string] {
  const name = until(text, '=');
  const value = text.slice(name.length + 1);
  if (value === '') throw new Error(`tag without a value: ${text}`);
  return [name, value.replace(/\\([,= ])/g, '$1')];
}

function readField(text: string): [string, number | string] {
  const name = until(text, '=');
  const value = text.slice(name.length + 1);
  if (/^".*"$/s.test(value)) return [name, value.slice(1, -1).replace(/\\(["\\])/g, '$1')];
  if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(value)) throw new Error(`no float: ${text}`);
  return [name, Number(value)];
}

/** The text before the first `stop` that is neither escaped nor quoted. */
function until(text: string, stop: string): string {
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '\\') index += 1;
    else if (text[index] === '"' && (quoted || text[index - 1] === '=')) quoted = !quoted;
    else if (text[index] === stop && !quoted) return text.slice(0, index);
  }
  return text;
}

function split(text: string, separator: string): string[] {
  const first = until(text, separator);
  return first.length === text.length ? [first] : [first, ...split(text.slice(first.length + 1), separator)];
}

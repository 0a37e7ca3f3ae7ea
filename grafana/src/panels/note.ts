import { PanelBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';

/** A text to read, in Markdown. */
export function note(facts: {
  readonly title: string;
  readonly about: string;
  readonly text: string;
  readonly width: number;
  readonly height: number;
}): PanelBuilder {
  return new PanelBuilder()
    .title(facts.title)
    .description(facts.about)
    .span(facts.width)
    .height(facts.height)
    .mode(TextMode.Markdown)
    .content(facts.text);
}

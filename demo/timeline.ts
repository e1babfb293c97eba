/** What happened when, in seconds since the start. Each event is printed as it happens. */
export class Timeline {
  private readonly start = performance.now();
  private readonly events: { readonly seconds: number; readonly text: string }[] = [];

  constructor(private readonly print: (line: string) => void) {}

  note(text: string): void {
    const seconds = (performance.now() - this.start) / 1000;
    this.events.push({ seconds, text });
    this.print(`${seconds.toFixed(1).padStart(7)} s  ${text}`);
  }

  /** The events as a table in Markdown. */
  markdown(): string {
    const rows = this.events.map(({ seconds, text }) => `| ${seconds.toFixed(1)} s | ${text} |\n`);
    return `| at | what |\n|---:|---|\n${rows.join("")}`;
  }
}

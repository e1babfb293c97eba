/** Steps of an installation, as Anaconda names them (`installation.py`, `install.py`, `payload/`), between its dots. */
const STEP =
  /^\.*(Starting automated install|Setting up the installation environment|Configuring storage|Running pre-installation (?:scripts|tasks)|Starting package installation process|Downloading packages|Preparing transaction from installation source|Installing boot loader|Performing post-installation setup tasks|Configuring (?:installed system|addons|Red Hat subscription)|Writing network configuration|Creating users|Generating initramfs|Storing configuration files and kickstarts|Running post-installation scripts)(?:\.*$|\.+[A-Z])/;

/** "Installing bash.x86_64 (12/345)". The numbers are the same in every language. */
const OF_MANY = /^\.*(\S{1,40}) .*\((\d{1,6})\/(\d{1,6})\)$/;

/** "Installing http://.../root.tar.gz (45%)", "Installing software 31%", "Downloading 345 RPMs, ... (3%) done." */
const PERCENT = /^\.*(\S{1,40}) (?:.* )?\(?(\d{1,3})%\)?(?: done\.)?$/;

/** Shortest time between two lines on how far one step is, in seconds. */
const INTERVAL_SECONDS = 30;

/** No more lines than this on one installation. */
const MOST_LINES = 500;

/** Makes a bounded number of lines of an installer's progress: one for each step, and one now and then within it. */
export class InstallProgress {
  private step = "";
  private text = "";
  private loggedAt = -Infinity;
  private lines = 0;

  constructor(
    private readonly log: (line: string) => void,
    private readonly seconds: () => number = () => performance.now() / 1000,
  ) {}

  /** Takes a line of the installer's console. */
  line(line: string): void {
    const step = STEP.exec(line)?.[1];
    if (step !== undefined) return this.report(step, step, false);
    const [, many, done, all] = OF_MANY.exec(line) ?? [];
    if (many !== undefined) return this.report(many, `${many} ${Number(done)} of ${Number(all)}`, done === all);
    const [, part, percent] = PERCENT.exec(line) ?? [];
    if (part !== undefined) this.report(part, `${part} ${Number(percent)} %`, percent === "100");
  }

  private report(step: string, text: string, last: boolean): void {
    const now = this.seconds();
    const isNew = step !== this.step;
    if (!isNew && !last && now - this.loggedAt < INTERVAL_SECONDS) return;
    if (text === this.text || this.lines >= MOST_LINES) return;
    this.step = step;
    this.text = text;
    this.loggedAt = now;
    this.lines++;
    this.log(text);
  }
}

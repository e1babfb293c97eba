import { readFileSync } from "node:fs";
import { join } from "node:path";
import { JudgedConsole } from "../../support/judged-console";

const real = (name: string): Buffer => readFileSync(join(__dirname, "..", "..", "data", "consoles", name));
/** Four starts of the installer, one after the other; tmux clears the screen at the end of each. */
const STARTS = real("el9-crash.raw")
  .toString("latin1")
  .split("[terminated]")
  .map((start) => Buffer.from(start.split("\x1b[1;0r")[0] ?? "", "latin1"));
const start = (number: 1 | 2 | 3 | 4): Buffer => STARTS[number - 1] ?? Buffer.alloc(0);

const RULE = "=".repeat(80);
const BEGIN = "Starting installer, one moment...\n";
const dialog = (title: string, text: string, prompt: string): string =>
  `${RULE}\n${RULE}\n${title}\n\n${text}\n\n${prompt}`;
const error = (text: string, prompt = "Press ENTER to exit: "): string => dialog("Error", text, prompt);
const question = (text: string): string => dialog("Question", text, "Please respond 'yes' or 'no': ");
const hub = (spokes: string): string =>
  `${RULE}\nInstallation\n\n${spokes}\nPlease make a selection from the above ['b' to begin installation, 'q' to quit,\n'r' to refresh]: `;

describe("a real console", () => {
  it("names the dialog that waits, whose prompt has no line end", async () => {
    const console_ = await new JudgedConsole().print(real("el9-boot-loader-question.raw"));
    expect(console_.prompt).toBe("Please respond 'yes' or 'no': ");
    expect(console_.wait(3)).toMatchObject({
      cause: "boot loader failed",
      proof: " The following error occurred while installing the boot loader. The system will",
    });
  });

  it("names the kickstart that dracut could not read, although the installer then asks", async () => {
    const console_ = await new JudgedConsole().print(real("el9-no-kickstart.raw"));
    expect(console_.lines()).toContain("Can't get kickstart from /dev/sr1:/ks.cfg");
    expect(console_.wait(3)?.cause).toBe("kickstart unreachable");
  });

  it("names the module that did not start before the pane that died with it", async () => {
    const console_ = await new JudgedConsole().print(start(1));
    expect(console_.lines().at(-1)).toMatch(/^Pane is dead \(status 1/);
    expect(console_.wait(15)?.cause).toBe("installer module failed to start");
  });

  it("names a crash by the last line of its traceback, before the question that it ends in", async () => {
    const console_ = await new JudgedConsole().print(start(2));
    expect(console_.prompt).toMatch(/^Please make your choice from abov/);
    expect(console_.wait(3)).toMatchObject({
      cause: "installer crashed",
      proof: "dasbus.error.DBusError: The 'mpathconf' utility is not available",
    });
  });

  it("names the reason in an error dialog that waits for ENTER", async () => {
    const console_ = await new JudgedConsole().print(start(3));
    expect(console_.prompt).toBe("Press ENTER to exit: ");
    expect(console_.wait(3)).toMatchObject({
      cause: "installer error",
      proof: "The following error occurred while installing the payload. This is a fatal error",
    });
  });

  it("names an installer that ended once its pane was dead for 10 s", async () => {
    const text = start(1)
      .toString("latin1")
      .replace(/Service org[^\r]*/g, "");
    const console_ = await new JudgedConsole().print(Buffer.from(text, "latin1"));
    expect(console_.wait(9)).toBeUndefined();
    expect(console_.wait(2)?.cause).toBe("installer ended");
  });

  it("gives no final cause before the line that proves it", async () => {
    const whole = real("el9-no-kickstart.raw");
    const healthy = await new JudgedConsole().print(whole.subarray(0, whole.indexOf("\x1b[?7727h")));
    expect(healthy.suspects.narrowest([])?.cause).toBe("kickstart unreachable");
    expect(healthy.wait(20)).toBeUndefined();
    const installs = real("el9-boot-loader-question.raw");
    const console_ = await new JudgedConsole().print(installs.subarray(0, installs.indexOf("Question")));
    expect(console_.wait(300)).toBeUndefined();
  });
});

/** What Anaconda prints, whole: the release, what it is, the console's text and the cause that is named. */
const CONSOLES: readonly (readonly [string, string, string, string])[] = [
  [
    "EL 7",
    "a disk that is not there, under the line that every error of the kickstart begins with",
    `${BEGIN}\nThe following problem occurred on line 4 of the kickstart file:\n\nDisk "sda" given in ignoredisk command does not exist.\n\n`,
    "wrong disk name",
  ],
  [
    "EL 8",
    "a disk that is not there, from a D-Bus module",
    `${BEGIN}\nAn error occurred during reading the kickstart file:\nThe following problem occurred on line 4 of the kickstart file:\n\nPartition "sda9" given in part command does not exist.\n\nThe installer will now terminate.\n`,
    "wrong disk name",
  ],
  [
    "EL 9",
    "an option that a D-Bus module refuses",
    `${BEGIN}\nAn error occurred during reading the kickstart file:\nunrecognized arguments: yes\n\nThe installer will now terminate.\nPane is dead\n`,
    "kickstart syntax",
  ],
  [
    "EL 9",
    "a disk that is too small, whose reason comes after the disks were scanned again",
    `${BEGIN}Starting automated install\nSaving storage configuration...\nFailed to save storage configuration\nNot enough free space on selected disks.\n`,
    "no space in the guest",
  ],
  [
    "EL 7",
    "a disk that is too small",
    `${BEGIN}storage configuration failed: autopart failed:\nnot enough space for LVM requests\n`,
    "no space in the guest",
  ],
  [
    "EL 9",
    "file systems that are too small: a question that continues the automated installation",
    `${BEGIN}Not enough space in file systems for the current software selection. An additional 1.2 GiB is needed.\nEnter 'b' to ignore the warning and attempt to install anyway.\n`,
    "no space in the guest",
  ],
  [
    "EL 9",
    "a transaction that does not fit",
    BEGIN +
      error(
        " The following error occurred while installing the payload. This is a fatal\n error and installation will be aborted.\n\n DNF error: Error unpacking rpm package\n  installing package glibc-2.34 needs 12KB on the /var filesystem",
      ),
    "no space in the guest",
  ],
  [
    "EL 9",
    "a dead repository",
    BEGIN +
      hub(
        "3) [!] Installation source               4) [!] Software selection\n       (Error setting up software               (Error checking software\n       source)                                  selection)",
      ),
    "repository unreachable",
  ],
  [
    "EL 10",
    "a dead repository",
    BEGIN +
      hub(
        "3) [!] Installation source               4) [!] Software selection\n       (Error setting up repositories)          (Nothing selected)",
      ),
    "repository unreachable",
  ],
  [
    "EL 9",
    "a payload that cannot be set up",
    BEGIN +
      error(
        " The following error occurred while setting up the payload. This is a fatal\n error and installation will be aborted.",
      ),
    "repository unreachable",
  ],
  [
    "EL 8",
    "packages that cannot be fetched",
    BEGIN +
      error(
        " The following error occurred while installing.  This is a fatal error and\n installation will be aborted.\n\n Failed to download the following packages: bash",
      ),
    "repository unreachable",
  ],
  [
    "EL 7",
    "a package that does not exist",
    BEGIN +
      question(
        " You have specified that the package 'x' should be installed.  This package does\n not exist.  Would you like to ignore this package and continue with\n installation?",
      ),
    "packages missing or broken",
  ],
  [
    "EL 8",
    "broken packages",
    BEGIN +
      error(
        " Problems in request:\n broken packages: x\n\n Some packages, groups or modules are broken, the installation will be aborted.",
      ),
    "packages missing or broken",
  ],
  [
    "EL 10",
    "missing packages",
    BEGIN +
      question(
        " The following error occurred during the installation:\n\n Some packages, groups or modules are missing.\n\n No match for argument: x",
      ),
    "packages missing or broken",
  ],
  [
    "EL 9",
    "software with errors",
    BEGIN +
      error(
        " The following software marked for installation has errors.\n This is likely caused by an error with your installation source.",
      ),
    "packages missing or broken",
  ],
  [
    "EL 9",
    "a selection that cannot be made",
    BEGIN + hub("4) [!] Software selection\n       (Error checking software\n       selection)"),
    "packages missing or broken",
  ],
  [
    "EL 9",
    "storage that cannot be activated",
    BEGIN + error(" An error occurred while activating your storage configuration.\n\n Process reported exit code 5"),
    "storage configuration failed",
  ],
  [
    "EL 7",
    "storage that is not usable",
    BEGIN + error(" There is a problem with your existing storage configuration: no label", "Press enter to exit."),
    "storage configuration failed",
  ],
  [
    "EL 9",
    "a %post script with --erroronfail",
    BEGIN +
      error(
        " There was an error running the kickstart script at line 31.  This is a fatal\n error and installation will be aborted.  The details of this error are:",
      ),
    "kickstart script failed",
  ],
  [
    "EL 9",
    "a %pre script with --erroronfail: a traceback, as there is no interface yet",
    `${BEGIN}Traceback (most recent call last):\n  File "/sbin/anaconda", line 391, in <module>\npyanaconda.errors.ScriptError: (12, 'no such host')\nPane is dead (status 1, Tue Nov 24 11:01:27 2026)\n`,
    "kickstart script failed",
  ],
  [
    "EL 7",
    "a boot loader that cannot be installed",
    BEGIN +
      question(
        " The following error occurred while installing the boot loader. The system will\n not be bootable. Would you like to ignore this and continue with installation?",
      ),
    "boot loader failed",
  ],
  [
    "EL 8",
    "a registration that fails",
    BEGIN +
      question(
        " An error occurred during registration attempt triggered by the rhsm kickstart\n command. This could have happened due to incorrect rhsm command arguments",
      ),
    "registration failed",
  ],
  [
    "EL 9",
    "a disk that cannot be read",
    BEGIN +
      dialog(
        "Hardware error occurred",
        " The installation was stopped due to what seems to be a problem with your\n hardware. The exact error message is:",
        "Press ENTER to exit: ",
      ),
    "disk error in the guest",
  ],
  [
    "EL 9",
    "an error of the installation's own",
    BEGIN + question(" The following error occurred during the installation:\n\n The module could not be configured"),
    "installer error",
  ],
  [
    "EL 9",
    "cmdline mode with something left open, which then sleeps and resets the machine",
    `${BEGIN}\nThe installation was stopped due to an error which occurred while running in non\n-interactive cmdline mode. Since there cannot be any questions in cmdline mode,\nThe exact error message is: \n\nThe following mandatory spokes are not completed:\nSoftware selection. \n`,
    "kickstart incomplete",
  ],
  [
    "EL 7",
    "cmdline mode of an older release",
    `${BEGIN}Installation was stopped due to incomplete spokes detected while running in non-interactive cmdline mode.\n`,
    "kickstart incomplete",
  ],
  [
    "EL 9",
    "cmdline mode with a question",
    `${BEGIN}\nThe installation was stopped due to an error which occurred while running in non-interactive cmdline mode. Since there cannot be any questions\n\nCan't have a question in command line mode!. \n`,
    "installer stopped in cmdline mode",
  ],
  [
    "EL 9",
    "cmdline mode with a crash",
    `${BEGIN}\nRunning in cmdline mode, no interactive debugging allowed.\nThe exact error message is: \n\nno such device.\n\nThe installer will now terminate.\n`,
    "installer stopped in cmdline mode",
  ],
  [
    "EL 7",
    "a crash menu, which ends in the words of a question",
    `${BEGIN}\nAn unknown error has occured, look at the /tmp/anaconda-tb* file(s) for more details\n\nWhat do you want to do now?\n1) Report Bug\n2) Debug\n3) Run shell\n4) Quit\n\nPlease make your choice from above: `,
    "installer crashed",
  ],
  [
    "EL 10",
    "a crash in the other spelling",
    `${BEGIN}\nAn unknown error has occurred, look at the /tmp/anaconda-tb* file(s) for more details\n`,
    "installer crashed",
  ],
  [
    "EL 7",
    "a kickstart without reboot",
    `${BEGIN}\tInstallation complete.  Press return to quit`,
    "installer waits at its end",
  ],
  [
    "EL 9",
    "a kickstart without reboot",
    `${BEGIN}Installation complete. Press ENTER to quit: `,
    "installer waits at its end",
  ],
  [
    "EL 9",
    "a dialog whose words are not known",
    BEGIN + error(" Something that nobody has seen"),
    "installer shows an error",
  ],
  [
    "EL 9",
    "a long text, which stops earlier",
    `${BEGIN}${"one more line\n".repeat(22)}Press ENTER to continue: `,
    "installer shows an error",
  ],
  ["EL 9", "a message of python-meh", `${BEGIN}Something is wrong\nHit ENTER to continue`, "installer shows an error"],
  [
    "EL 7",
    "a summary with something left open",
    `${BEGIN} 4) [!] Installation source\n  Please make your choice from above ['q' to quit | 'b' to begin installation |\n  'r' to refresh]: `,
    "installer asks a question",
  ],
  [
    "EL 9",
    "a summary with something left open, in another language",
    `${BEGIN}Installation\n\n3) [!] Installationsquelle               4) [!] Software-Auswahl\n       (Nicht eingerichtet)                     (Nichts gewählt)\n\nBitte treffen Sie eine Auswahl aus obiger Liste: `,
    "installer asks a question",
  ],
  [
    "EL 9",
    "too little memory",
    `${BEGIN}Rocky Linux requires 1280 MB of memory to install, but you only have 960 MB on this machine.\n\nThe installation cannot continue and the system will be rebooted\n\nPress ENTER to continue`,
    "out of memory in the guest",
  ],
  [
    "EL 9",
    "too little memory for stage 2",
    "curl: (23) Failure writing output to destination\n[   95.1] dracut-initqueue[901]: Warning: anaconda: failed to fetch stage2 from http://10.0.2.2/os\ndracut: FATAL: Failed to find a root filesystem in /tmp/curl_fetch_url1/install.img.\ndracut: Refusing to continue\n",
    "out of memory in the guest",
  ],
  [
    "EL 8",
    "no stage 2",
    "[   95.1] dracut-initqueue[901]: Warning: anaconda: failed to fetch stage2 from http://10.0.2.2/os\n[  300.2] dracut-initqueue[901]: Warning: dracut-initqueue timeout - starting timeout scripts\n[  301.0] dracut-initqueue[901]: Warning: Could not boot.\n",
    "installer not found",
  ],
  [
    "EL 9",
    "no stage 2",
    "[  180.1] dracut-initqueue[901]: Warning: dracut-initqueue: timeout, still waiting for following initqueue hooks:\n[  181.1] dracut-initqueue[901]: Warning: It seems that the boot has failed. Possible causes include \n[  300.0] dracut-initqueue[901]: Warning: Could not boot.\n         Starting Dracut Emergency Shell...\n",
    "installer not found",
  ],
  [
    "EL 9",
    "a boot that stops for another reason",
    '         Starting Dracut Emergency Shell...\n\nGenerating "/run/initramfs/rdsosreport.txt"\n\nEntering emergency mode. Exit the shell to continue.\n',
    "boot stopped in the initramfs",
  ],
  [
    "EL 7",
    "a medium that is damaged",
    "[   41.0] dracut-initqueue[607]: dracut: FATAL: CD check failed!\n[   41.1] dracut: Refusing to continue\n",
    "medium check failed",
  ],
  [
    "EL 9",
    "a medium that is damaged",
    "[   61.3] dracut-initqueue[901]: Warning: Media check failed! We do not recommend using this medium. System will halt in 12 hours\n",
    "medium check failed",
  ],
  [
    "EL 10",
    "a processor that is too old",
    "Fatal glibc error: CPU does not support x86-64-v3\n[    2.1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00007f00\n",
    "cpu too old",
  ],
  [
    "EL 9",
    "a kickstart that the boot line names and nobody has",
    `${BEGIN}11:02:11 Kickstart file /run/install/ks.cfg is missing.\n`,
    "kickstart unreachable",
  ],
];

test.each(CONSOLES)("%s: %s", async (_release, _what, text, cause) => {
  const console_ = await new JudgedConsole().print(text);
  expect(console_.wait(60)?.cause).toBe(cause);
});

describe("the installer's log port", () => {
  const judged = (...lines: string[]): string | undefined =>
    new JudgedConsole("installer").send("installer", ...lines).wait(3)?.cause;

  it("shows lost boot arguments, although the console is silent", () => {
    expect(judged("12:03:08,201 INFO anaconda:Parsing kickstart: /usr/share/anaconda/interactive-defaults.ks")).toBe(
      "kickstart not given",
    );
    expect(judged("12:03:08,201 INFO anaconda:anaconda: startup_utils: Parsing kickstart: /run/install/ks.cfg")).toBe(
      undefined,
    );
  });

  it("shows a crash in every language, by the last line of the traceback", () => {
    const console_ = new JudgedConsole("installer").send(
      "installer",
      '11:06:41,700 CRIT anaconda:anaconda: exception: Traceback (most recent call last):#012#012  File "/x.py", line 1#012#012blivet.errors.FSError: mount failed#012',
    );
    expect(console_.wait(3)).toMatchObject({
      cause: "installer crashed",
      proof: "blivet.errors.FSError: mount failed",
    });
  });

  it("shows memory that ran out, which the console does not", () => {
    expect(judged("11:14:02,118 ERR kernel:Out of memory: Killed process 2211 (anaconda)")).toBe(
      "out of memory in the guest",
    );
  });

  it("is not believed when a script prints the line", () => {
    expect(
      judged(
        "11:20:01,100 INFO anaconda:program: cp: No space left on device",
        "11:20:01,100 INFO org.fedoraproject.Anaconda.Modules.Payloads:INFO:program:Failed to download metadata for repo 'anaconda'",
        "11:20:01,100 NOTICE root:There was an error running the kickstart script at line 3",
        "11:20:01,100 INFO my-script:pyanaconda.errors.ScriptError: no",
      ),
    ).toBe(undefined);
  });
});

/** Lines of healthy installations, each where it stands in them. */
const HEALTHY: readonly (readonly ["console" | "installer", string])[] = [
  ["console", "[   40.1] dracut-initqueue[901]: Warning: can't find installer main image path in .treeinfo"],
  ["console", "[   40.1] dracut-initqueue[901]: Warning: no suitable images"],
  ["console", "Some warnings occurred during reading the kickstart file:"],
  ["console", "11:11:51 Not asking for VNC because of an automated install"],
  ["console", "3) [x] Installation Destination          4) [x] Network configuration"],
  ["console", "Installation complete"],
  ["console", "[  700.1] Memory cgroup out of memory: Killed process 991 (dnf)"],
  [
    "installer",
    "11:30:00,001 WARNING anaconda:anaconda: payload.dnf: error populating transaction, anaconda is retrying",
  ],
  [
    "installer",
    "11:30:00,001 ERR anaconda:anaconda: kickstart.script: Error code 1 running the kickstart script at line 31",
  ],
  ["installer", "11:30:00,001 DEBUG anaconda:simpleline: Input is required by ScreenData(SummaryHub,None,False)"],
  [
    "installer",
    "11:30:00,001 INFO anaconda:anaconda: payload.dnf: _sync_metadata: addon repo error: Failed to download metadata for repo 'extra'",
  ],
  [
    "installer",
    "11:30:00,001 DEBUG anaconda:anaconda: payload.dnf: Some packages, groups or modules are missing or broken:",
  ],
  [
    "installer",
    "11:30:00,001 DEBUG org.fedoraproject.Anaconda.Boss:DEBUG:anaconda.modules.boss: Skip x. The optional module has failed to start",
  ],
  ["installer", "11:30:00,001 ERR kernel:Memory cgroup out of memory: Killed process 991 (dnf)"],
  ["installer", "11:30:00,001 CRIT systemd-coredump:Process 991 dumped core"],
  ["installer", "11:30:00,001 CRIT kernel:Warning: Deprecated Driver is detected"],
];

test.each(HEALTHY)("a healthy line on the %s is no cause: %s", async (source, line) => {
  const console_ = new JudgedConsole("installer");
  if (source === "console") await console_.print(`${line}\n`);
  else console_.send(source, line);
  expect(console_.wait(120)).toBeUndefined();
  expect(console_.suspects.narrowest([])).toBeUndefined();
});

describe("what is no failure", () => {
  it("is a hub that is gone within 2 s, and a dead pane before a good reset", async () => {
    const prompted = await new JudgedConsole("installer").print(hub("3) [!] Installation source"));
    expect(prompted.wait(1.5)).toBeUndefined();
    await prompted.print("\x1b[H\x1b[JProgress\n");
    expect(prompted.wait(60)).toBeUndefined();
    const dead = await new JudgedConsole("installer").print("Pane is dead (status 0, Tue Nov 24 11:01:27 2026)");
    expect(dead.wait(5)).toBeUndefined();
    expect((await dead.reset()).wait(60)).toBeUndefined();
  });

  it("is a kickstart that one network device cannot fetch and the next one can", async () => {
    const console_ = await new JudgedConsole().print(
      "dracut-initqueue[9]: Warning: failed to fetch kickstart from http://h/ks\n",
    );
    expect(console_.wait(30)).toBeUndefined();
    await console_.print(`${BEGIN}Starting automated install....`);
    expect((await console_.reset()).wait(300)).toBeUndefined();
  });

  it("is what initial-setup, a login shell or a service prints on the installed system", async () => {
    const console_ = await (
      await new JudgedConsole("installer").reset()
    ).print(
      `1) [!] License information\n\nPlease make a selection from the above: \nls: write error: No space left on device\nMemory cgroup out of memory: Killed process 1\n`,
    );
    expect(console_.wait(300)).toBeUndefined();
  });

  it("is what scripts print once somebody is logged in; a panic is a failure still", async () => {
    const console_ = await new JudgedConsole("login").print("[  99.1] Out of memory: Killed process 3412 (cc1plus)\n");
    expect(console_.wait(300)).toBeUndefined();
    await console_.print("[  99.1] Kernel panic - not syncing: Fatal exception\n");
    expect(console_.wait(3)?.cause).toBe("kernel panic");
  });
});

test("a suspected cause explains a question, but not a crash that has its own reason", async () => {
  const unread = "[   71.0] dracut-initqueue[899]: Warning: Can't get kickstart from /dev/sr0:/ks.cfg\n";
  const asks = await new JudgedConsole().print(unread + BEGIN + hub("3) [!] Installation source"));
  expect(asks.wait(5)?.cause).toBe("kickstart unreachable");
  const crashes = await new JudgedConsole().print(
    `${unread}${BEGIN}\nAn unknown error has occured, look at the /tmp/x\n`,
  );
  expect(crashes.wait(5)?.cause).toBe("installer crashed");
});

test("a proved cause is reported even when the guest is reset right after it", async () => {
  const console_ = await new JudgedConsole("installed").print("[  9.1] Kernel panic - not syncing: VFS: no root\n");
  expect((await console_.reset()).wait(3)?.cause).toBe("kernel panic");
});

test("lines from before a reset are not judged after it", async () => {
  const console_ = await new JudgedConsole("installer").print(error(" Something"));
  expect((await console_.reset()).wait(60)).toBeUndefined();
  expect(console_.lines()).toContain("Error");
});

/** How long a build waits for the guest. */
export interface TimeLimits {
  /** From power-on to the end of the installation. */
  readonly installSeconds: number;
  /** From the installed system's start to a login. */
  readonly loginSeconds: number;
}

/** What "auto" means. A real distribution takes hours to install under emulation. */
const AUTO: Readonly<Record<"hardware" | "emulated", TimeLimits>> = {
  hardware: { installSeconds: 3_600, loginSeconds: 600 },
  emulated: { installSeconds: 14_400, loginSeconds: 1_800 },
};

/** The limits of a build under QEMU's accelerator of that name. */
export function timeLimits(
  settings: { readonly installTimeoutSeconds: number | "auto"; readonly loginTimeoutSeconds: number | "auto" },
  accelerator: string,
): TimeLimits {
  const auto = AUTO[accelerator === "tcg" ? "emulated" : "hardware"];
  const { installTimeoutSeconds: install, loginTimeoutSeconds: login } = settings;
  return {
    installSeconds: install === "auto" ? auto.installSeconds : install,
    loginSeconds: login === "auto" ? auto.loginSeconds : login,
  };
}

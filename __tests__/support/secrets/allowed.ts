import type { Find } from "./search";

/** A place where a secret may be, and why. */
export interface Allowance {
  readonly canary: string;
  readonly place: RegExp;
  readonly reason: string;
}

/** Where secrets may be found after a deploy. Anywhere else, they are a leak. */
export const ALLOWED: readonly Allowance[] = [
  {
    canary: "API_TOKEN",
    place: /^terraform\.canaries\.tfstate(\.backup)?$/,
    reason: "Secret.fromVariable() goes through a local_file, and Terraform keeps a file's content in its state",
  },
  {
    canary: "API_TOKEN",
    place: /^images\/canaries\/FINGERPRINT\/requests\/[0-9a-f]{8}\/secret-API_TOKEN$/,
    reason: "that local_file, 0600 in folders of 0700: the way from Terraform to the builder",
  },
  {
    canary: "API_TOKEN",
    place: /^the plan as JSON$/,
    reason: "terraform show -json prints a saved plan with all its values, sensitive ones too",
  },
  {
    canary: "API_TOKEN",
    place: /^the saved plan$/,
    reason: "a saved plan holds the values of variables: whoever asks for one by -out keeps it",
  },
  {
    canary: "VNC password",
    place: /^packer\.log of the work folder$/,
    reason: "Packer's plugin logs it; the work folder is 0700 and gone with the build, the published log is without it",
  },
  {
    canary: "ROOT_HASH",
    place: /^(\/etc\/shadow-?|the image's file)$/,
    reason: "the kickstart sets the password of root to this hash, and the image's file is where /etc/shadow is stored",
  },
  ...["ROOT_HASH", "USER_PASSWORD", "REPO_PASSWORD", "API_TOKEN"].map((canary) => ({
    canary,
    place: /^images\/\.checkpoints\/[0-9a-f]{12}\/disk\.qcow2$/,
    reason: "a checkpoint is the disk before sealing, in a folder of 0700 that nothing publishes",
  })),
  {
    canary: "build key",
    place: /^images\/\.checkpoints\/[0-9a-f]{12}\/build-key\.pem$/,
    reason: "it opens that disk, and nothing else: sealing removes the login",
  },
];

/** The finds that nothing allows, one line each. */
export function leaks(finds: readonly Find[], allowed: readonly Allowance[] = ALLOWED): string[] {
  return [
    ...new Set(
      finds
        .filter((find) => !allowed.some(({ canary, place }) => canary === find.canary && place.test(find.place)))
        .map(({ canary, form, place, offset }) => `${canary}, ${form}, in ${place} at ${offset}`),
    ),
  ];
}

/** The programs that only tests use, each pinned in a folder of its name: a Go package, or a program of a Python wheel. */
export const EXTRAS = {
  versitygw: { kind: "go", package: "github.com/versity/versitygw/cmd/versitygw" },
  seaweedfs: { kind: "venv", program: "weed" },
} as const;

export function isExtra(name: string): name is keyof typeof EXTRAS {
  return Object.hasOwn(EXTRAS, name);
}

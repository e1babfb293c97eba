import { UserError } from "../util/user-error";

/** Where a secret's value is found at build time. */
export type SecretSource =
  | { readonly kind: "env"; readonly variable: string }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "terraform"; readonly value: string };

/**
 * A value that the image needs and the recipe must not hold. A kickstart carries its marker; the builder gives the value
 * to Packer by environment. The fingerprint covers name and version: rotate a secret by raising its version.
 */
export class Secret {
  private constructor(
    readonly name: string,
    readonly version: string,
    readonly source: SecretSource,
  ) {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
      throw new UserError(`secret name "${name}" is not valid: write letters, digits and _, beginning with a letter`);
    }
  }

  /** An environment variable of whoever runs the build. Nothing of it reaches Terraform. */
  static fromEnv(variable: string, options: { readonly version?: string } = {}): Secret {
    return new Secret(variable, options.version ?? "1", { kind: "env", variable });
  }

  /** A file on the build host, an absolute path or one under `~`; one trailing newline is dropped. */
  static fromFile(name: string, path: string, options: { readonly version?: string } = {}): Secret {
    return new Secret(name, options.version ?? "1", { kind: "file", path });
  }

  /** A sensitive Terraform variable. Its value is in the state: it goes through a file of mode 0600. */
  static fromVariable(
    name: string,
    variable: { readonly stringValue: string },
    options: { readonly version?: string } = {},
  ): Secret {
    return new Secret(name, options.version ?? "1", { kind: "terraform", value: variable.stringValue });
  }

  /** What stands in the kickstart until the build. */
  get marker(): string {
    return `@@secret:${this.name}@@`;
  }

  toString(): string {
    return this.marker;
  }
}

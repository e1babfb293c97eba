import { ref, TerraformLocal, type TerraformResource, Token } from "cdktf";
import type { Construct } from "constructs";

/**
 * A set of resources that is never changed: other settings make a new set beside the old one, under other addresses
 * (`for_each` over the one key of the generation). A replacement that failed half-way and a rollback then find the old set
 * in the state as it was.
 */
export class Generation {
  private readonly key: string;

  /**
   * @param key a Terraform string, known in the plan
   * @param newFirst whether the old set goes after all that depends on the new one is done, as `create_before_destroy` means
   * it: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle
   */
  constructor(
    scope: Construct,
    id: string,
    key: string,
    private readonly newFirst: boolean,
  ) {
    this.key = `local.${new TerraformLocal(scope, id, key).friendlyUniqueId}`;
  }

  /** Makes a resource part of it. A change of the attributes `fixed`, by hand or by a newer provider, replaces nothing. */
  of(resource: TerraformResource, fixed: readonly string[]): Part {
    resource.addOverride("for_each", `\${toset([${this.key}])}`);
    resource.lifecycle = { createBeforeDestroy: this.newFirst, ignoreChanges: [...fixed] };
    return new Part(resource, this.key);
  }
}

/** A resource of a generation, as others refer to it. */
export class Part {
  constructor(
    readonly resource: TerraformResource,
    private readonly key: string,
  ) {}

  /** For `depends_on`: all of its generations. */
  get dependable(): { readonly fqn: string } {
    return { fqn: `${this.resource.terraformResourceType}.${this.resource.friendlyUniqueId}` };
  }

  /** Without quotes, as an expression. */
  get address(): string {
    return `${this.dependable.fqn}[${this.key}]`;
  }

  /** As it is typed for Terraform, a string with a reference in it. */
  get typedAddress(): string {
    return `${this.dependable.fqn}["\${${this.key}}"]`;
  }

  /** A reference to an attribute of this generation's. */
  attribute(name: string): string {
    return Token.asString(ref(`${this.address}.${name}`));
  }
}

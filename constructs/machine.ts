/** A running machine, as whatever configures or checks machines takes it. */
export interface Machine {
  readonly name: string;
  /** IPv4 or IPv6 address, or a reference to one. */
  readonly address: string;
  /** Port of its sshd. @default 22 */
  readonly port?: number;
  /** Who logs in. */
  readonly username: string;
  /**
   * Changes when another machine takes this one's place, such as the image that it was made from and its number.
   * @default - address and port
   */
  readonly identity?: string;
}

/** A marker that the build replaces by a secret's value, or the build's key. */
export const OWN_MARKER = /@@(?:secret:[A-Za-z0-9_.-]+|ssh_key)@@/;

/** Whether a value is, or holds, a marker of a secret. */
export function isMarker(value: string): boolean {
  return OWN_MARKER.test(value);
}

/** Whether a value is a password's hash as crypt(5) describes them, or a locked one. */
export function isCryptHash(value: string): boolean {
  return (
    /^!?\$(?:1|2[abxy]?|5|6|7|y|gy|md5|sha1)\$/.test(value) || /^[!*]+$/.test(value) || /^grub\.pbkdf2\./.test(value)
  );
}

import { join } from "node:path";
import { cacheDir } from "../../../host/cache";
import { UserError } from "../../../util/user-error";
import { asHostError } from "../../../host/file-error";

function refusal(code: string, syscall: string, path?: string): unknown {
  return Object.assign(new Error(`${code}: something`), { code, syscall, ...(path !== undefined && { path }) });
}

test.each([
  ["ENOSPC", "write", undefined, "/store cannot be written: its file system is full; make room"],
  ["EROFS", "mkdir", "/store/demo", "/store/demo cannot be written: its file system is read-only; mount it writable"],
  ["EACCES", "open", "/store/x", "/store/x is not for this user to use; give the right to"],
])("%s at %s becomes one message with the file and what to do", (code, syscall, path, message) => {
  const error = asHostError(refusal(code, syscall, path), "/store");
  expect(error).toBeInstanceOf(UserError);
  expect((error as UserError).message).toContain(message);
});

test("a cache that another user owns gets advice about the cache, not about the store", () => {
  const error = asHostError(refusal("EACCES", "open", join(cacheDir(), "slots", "lock")), "/store");
  expect((error as UserError).message).toMatch(
    /is not for this user to use; give it back to this user .* XDG_CACHE_HOME/,
  );
  expect((error as UserError).message).not.toContain("store");
});

test("an error that is not from the file system is unchanged", () => {
  for (const error of [
    refusal("ENOENT", "open", "/x"),
    refusal("EACCES", "spawn packer", "packer"),
    refusal("EACCES", "listen"),
    new Error("other"),
  ]) {
    expect(asHostError(error, "/store")).toBe(error);
  }
});

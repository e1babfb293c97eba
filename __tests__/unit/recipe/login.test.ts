import { TerraformStack, TerraformVariable } from "cdktf";
import { Login } from "../../../recipe/login";
import { Secret } from "../../../recipe/secret";
import { someApp } from "../../support/app";

const PASSWORD = Secret.fromEnv("PASSWORD");

describe("the build's user", () => {
  it("is not root if the build removes it at the end", () => {
    expect(() => Login.buildKey({ username: "root" })).toThrow(/^"root" cannot be the user of Login.buildKey\(\)/);
  });

  it("is root if it stays in the image", () => {
    expect(Login.password(PASSWORD, { username: "root" }).username).toBe("root");
    expect(Login.privateKey("/key", { username: "root" }).username).toBe("root");
  });

  it.each(["", "a b", "x'; rm -rf /; '", "0day", "-f", "A", "é", "../a", "a".repeat(33)])("is not %j", (username) => {
    const message = `"${username}" cannot be the build's user: write a name of a-z, 0-9, _ and -, at most 32`;
    expect(() => Login.buildKey({ username })).toThrow(message);
    expect(() => Login.password(PASSWORD, { username })).toThrow(message);
    expect(() => Login.privateKey("/key", { username })).toThrow(message);
  });

  it.each(["packer", "_build", "ci-2", "a".repeat(32)])("may be %j", (username) => {
    expect(Login.buildKey({ username }).username).toBe(username);
  });

  it("cannot be a Terraform value, because the sealing script needs it at synth", () => {
    const user = new TerraformVariable(new TerraformStack(someApp(), "some"), "user", { type: "string" });
    expect(() => Login.buildKey({ username: user.stringValue })).toThrow(/a Terraform value will not do/);
  });
});

import { SmokeTestStack } from "../../../constructs/smoke-test-stack";
import { Image } from "../../../constructs/image";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { SOME_SHA256, someApp, someImage, synthesized } from "../../support/app";

const login = { username: "admin", method: "key" } as const;

describe("an image's handle", () => {
  it("gives another stack plain values when its fingerprint is known, and adds the stack dependency", () => {
    const app = someApp();
    const { image } = new ImageStack(app, "some", someImage({ login }));
    const machine = new SmokeTestStack(app, "machine", { image, sshKeyFile: "/key" });
    const json = synthesized(machine);
    expect(json.data).toBeUndefined();
    expect(JSON.stringify(json.resource)).toContain(`"image_fingerprint":"${image.fingerprint}"`);
    expect(machine.dependencies.map(({ node }) => node.id)).toEqual(["some"]);
  });

  it("gives another stack its outputs, which are not sensitive, when only Terraform knows the fingerprint", () => {
    const app = someApp();
    const kickstart = Kickstart.fromTemplate("kickstart/rocky9.cfg.tmpl", { hostname: "x" });
    const { image } = new ImageStack(app, "some", someImage({ login, kickstart }));
    const json = synthesized(new SmokeTestStack(app, "machine", { image, sshKeyFile: "/key" }));
    expect(JSON.stringify(json.resource)).toContain(
      "data.terraform_remote_state.image-state-some.outputs.image_fingerprint",
    );
  });

  it("is refused by a machine when the image has no known login", () => {
    const app = someApp();
    const { image } = new ImageStack(app, "some", someImage());
    expect(() => new SmokeTestStack(app, "machine", { image, sshKeyFile: "/key" })).toThrow(
      'image "some" has no login by key, which machine "machine" needs',
    );
  });

  it("can be of an image made elsewhere", () => {
    const image = Image.fromPath({
      name: "vendor",
      path: "/srv/vendor.qcow2",
      format: "qcow2",
      fingerprint: SOME_SHA256,
      login,
    });
    const json = synthesized(new SmokeTestStack(someApp(), "machine", { image, sshKeyFile: "/key" }));
    expect(JSON.stringify(json.resource)).toContain('"OS_IMAGES_IMAGE":"/srv/vendor.qcow2"');
  });

  it("needs an absolute path and a sha256 for an image made elsewhere", () => {
    const props = { name: "v", path: "v.qcow2", format: "qcow2", fingerprint: SOME_SHA256 } as const;
    expect(() => Image.fromPath(props)).toThrow('path "v.qcow2" of image "v" is relative');
    expect(() => Image.fromPath({ ...props, path: "/v", fingerprint: "1" })).toThrow('fingerprint "1" of image "v"');
  });
});

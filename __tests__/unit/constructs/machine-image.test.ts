import { MachineStack } from "../../../constructs/machine-stack";
import { machineImageFromPath } from "../../../constructs/machine-image";
import { ImageStack } from "../../../constructs/image-stack";
import { Kickstart } from "../../../constructs/kickstart";
import { SOME_SHA256, someApp, someImage, synthesized } from "../../support/app";

const machineLogin = { username: "admin", method: "key" } as const;

describe("an image's handle", () => {
  it("crosses to another stack as plain values where its fingerprint is known, and brings the order with it", () => {
    const app = someApp();
    const { image } = new ImageStack(app, "some", someImage({ machineLogin }));
    const machine = new MachineStack(app, "machine", { image, sshKeyFile: "/key" });
    const json = synthesized(machine);
    expect(json.data).toBeUndefined();
    expect(JSON.stringify(json.resource)).toContain(`"image_fingerprint":"${image.fingerprint}"`);
    expect(machine.dependencies.map(({ node }) => node.id)).toEqual(["some"]);
  });

  it("crosses by the outputs, which are not sensitive, where only Terraform knows the fingerprint", () => {
    const app = someApp();
    const kickstart = Kickstart.fromTemplate("kickstart/rocky9.cfg.tmpl", { hostname: "x" });
    const { image } = new ImageStack(app, "some", someImage({ machineLogin, kickstart }));
    const json = synthesized(new MachineStack(app, "machine", { image, sshKeyFile: "/key" }));
    expect(JSON.stringify(json.resource)).toContain(
      "data.terraform_remote_state.image-state-some.outputs.image_fingerprint",
    );
  });

  it("is refused by a machine where nobody can log in", () => {
    const app = someApp();
    const { image } = new ImageStack(app, "some", someImage());
    expect(() => new MachineStack(app, "machine", { image, sshKeyFile: "/key" })).toThrow(
      'image "some" has no login by key, which machine "machine" needs',
    );
  });

  it("can be of an image made elsewhere", () => {
    const image = machineImageFromPath({
      name: "vendor",
      path: "/srv/vendor.qcow2",
      format: "qcow2",
      fingerprint: SOME_SHA256,
      login: machineLogin,
    });
    const json = synthesized(new MachineStack(someApp(), "machine", { image, sshKeyFile: "/key" }));
    expect(JSON.stringify(json.resource)).toContain('--image \\"/srv/vendor.qcow2\\"');
  });

  it("of an image made elsewhere needs an absolute path and a sha256", () => {
    const props = { name: "v", path: "v.qcow2", format: "qcow2", fingerprint: SOME_SHA256 } as const;
    expect(() => machineImageFromPath(props)).toThrow('path "v.qcow2" of image "v" is relative');
    expect(() => machineImageFromPath({ ...props, path: "/v", fingerprint: "1" })).toThrow(
      'fingerprint "1" of image "v"',
    );
  });
});

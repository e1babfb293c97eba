import { remoteSettings } from "../../../remote/settings";

const OWN = { remote: "s3://own/x", remoteMode: "read" };

test("the environment's remote goes before the image's own, and an empty one turns it off", () => {
  expect(remoteSettings(OWN, {})).toEqual({ address: "s3://own/x", mode: "read" });
  expect(remoteSettings(OWN, { OS_IMAGES_REMOTE: "s3://ci/y", OS_IMAGES_REMOTE_MODE: "required" })).toEqual({
    address: "s3://ci/y",
    mode: "required",
  });
  expect(remoteSettings(OWN, { OS_IMAGES_REMOTE: "" })).toBeUndefined();
  expect(remoteSettings({ remote: "" }, {})).toBeUndefined();
  expect(remoteSettings(undefined, {})).toBeUndefined();
});

test("an unknown mode is refused with those that there are", () => {
  expect(() => remoteSettings(OWN, { OS_IMAGES_REMOTE_MODE: "push" })).toThrow(/is "push": write one of share, read/);
});

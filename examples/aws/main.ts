import { App, TerraformOutput, TerraformStack } from "cdktf";
import { Ami } from "@cdktf/provider-aws/lib/ami";
import { EbsSnapshotImport } from "@cdktf/provider-aws/lib/ebs-snapshot-import";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { ImageStack, InstallMedium, Kickstart, OsRelease, Platform } from "os-images";

const app = new App();

const web = new ImageStack(app, "web-image", {
  release: OsRelease.ROCKY_9,
  medium: InstallMedium.iso({
    url: "https://dl.rockylinux.org/vault/rocky/9.6/isos/x86_64/Rocky-9.6-x86_64-minimal.iso",
    checksum: `sha256:${process.env["ISO_SHA256"]}`,
  }),
  kickstart: Kickstart.fromFile("web.cfg"),
  exports: [Platform.aws()],
});

// In this account, the role "vmimport" may read the bucket:
// https://docs.aws.amazon.com/vm-import/latest/userguide/required-permissions.html
const account = new TerraformStack(app, "web-ami");
new AwsProvider(account, "aws", { region: "eu-central-1" });
const { path, fingerprint } = web.exportFor("aws").referTo(account);

// The key has the fingerprint, so another image is another object, another snapshot and another AMI.
const upload = new S3Object(account, "disk", { bucket: "web-images", key: `web/${fingerprint}.vmdk`, source: path });
const snapshot = new EbsSnapshotImport(account, "snapshot", {
  diskContainer: { format: "VMDK", userBucket: { s3Bucket: upload.bucket, s3Key: upload.key } },
  description: `web ${fingerprint}`,
});
const ami = new Ami(account, "ami", {
  name: `web-${fingerprint}`,
  virtualizationType: "hvm",
  enaSupport: true,
  bootMode: web.image.firmware === "uefi" ? "uefi" : "legacy-bios",
  rootDeviceName: "/dev/xvda",
  ebsBlockDevice: [{ deviceName: "/dev/xvda", snapshotId: snapshot.id, volumeType: "gp3" }],
  // The new AMI is there before the old one goes.
  lifecycle: { createBeforeDestroy: true },
});
new TerraformOutput(account, "ami_id", { value: ami.id });

app.synth();

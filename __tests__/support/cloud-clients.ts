import { createRequire } from "node:module";
import { join } from "node:path";

/** What the tests call of `@azure/storage-blob`. */
export interface AzureBlobs {
  readonly StorageSharedKeyCredential: new (account: string, key: string) => object;
  readonly BlobServiceClient: new (
    url: string,
    credential: object,
  ) => {
    getContainerClient(name: string): {
      create(): Promise<unknown>;
      getPageBlobClient(name: string): {
        create(sizeBytes: number, options?: object): Promise<unknown>;
        uploadPages(bytes: Buffer, offset: number, length: number): Promise<unknown>;
        downloadToFile(file: string): Promise<unknown>;
      };
    };
  };
}

/** What the tests call of `@aws-sdk/client-ec2`. */
export interface Ec2 {
  readonly EC2: new (options: object) => {
    importSnapshot(input: object): Promise<{ readonly ImportTaskId: string }>;
    describeImportSnapshotTasks(input: object): Promise<{
      readonly ImportSnapshotTasks: readonly [
        {
          readonly SnapshotTaskDetail: {
            readonly Status: string;
            readonly StatusMessage?: string;
            readonly SnapshotId?: string;
          };
        },
      ];
    }>;
    registerImage(input: object): Promise<{ readonly ImageId: string }>;
    describeImages(input: object): Promise<{ readonly Images: readonly object[] }>;
  };
}

/** What the tests call of `@google-cloud/storage`. */
export interface GoogleStorage {
  readonly Storage: new (options: object) => {
    createBucket(name: string): Promise<unknown>;
    bucket(name: string): {
      upload(file: string, options: object): Promise<unknown>;
      file(name: string): { download(options: { readonly destination: string }): Promise<unknown> };
    };
  };
}

/** A package of the extra "cloud-clients", which lies in that folder. */
export function clientOf<Client>(folder: string, name: string): Client {
  return createRequire(join(folder, "package.json"))(name) as Client;
}

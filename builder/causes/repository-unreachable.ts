import type { Cause } from "./cause";

/** The installer cannot read what it is to install from. */
export const repositoryUnreachable: Cause = {
  name: "repository unreachable",
  sources: ["console", "installer"],
  pattern:
    /Failed to download metadata for repo|Error downloading package metadata|\(Error setting up software|demo installer: error: liveimg --url="\S+" cannot be read/,
  remedy: "look whether the URL of url, repo or liveimg answers from the build host, and whether it is that release's",
  examples: [
    {
      line: "SourceSetupError: Failed to add the 'anaconda' repository: Failed to download metadata for repo 'anaconda': Cannot download repomd.xml",
      seenIn: "https://github.com/rhinstaller/kickstart-tests/issues/949",
    },
    {
      line: "anaconda: setting SourceSpoke status to: Error downloading package metadata...",
      seenIn: "https://github.com/pykickstart/pykickstart/issues/195",
    },
    {
      line: "       (Error setting up software               (Error checking software",
      seenIn: "https://github.com/osbuild/image-builder/issues/2046",
    },
    {
      line: 'demo installer: error: liveimg --url="http://127.0.0.1:1/rootfs.tar" cannot be read: can\'t connect to remote host',
      seenIn: "this project's demo installer",
    },
  ],
};

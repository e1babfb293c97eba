import type { CodeInfo, Rule } from "./rule";
import { abbreviatedOption } from "./rules/abbreviated-option";
import { account } from "./rules/account";
import { addon } from "./rules/addon";
import { authselect } from "./rules/authselect";
import { biosLayout } from "./rules/bios-layout";
import { bootLoaderMissing } from "./rules/boot-loader-missing";
import { bootVolumeRule } from "./rules/boot-volume";
import { buildNetwork } from "./rules/build-network";
import { byteOrderMark } from "./rules/byte-order-mark";
import { carriageReturn } from "./rules/carriage-return";
import { clearing } from "./rules/clearing";
import { clearingContradiction } from "./rules/clearing-contradiction";
import { contradiction } from "./rules/contradiction";
import { cutValue } from "./rules/cut-value";
import { deadRelease } from "./rules/dead-release";
import { deprecated } from "./rules/deprecated";
import { diskLabel } from "./rules/disk-label";
import { diskName } from "./rules/disk-name";
import { diskSize } from "./rules/disk-size";
import { displayMode } from "./rules/display-mode";
import { encryption } from "./rules/encryption";
import { endContradiction } from "./rules/end-contradiction";
import { endMissing } from "./rules/end-missing";
import { endWrong } from "./rules/end-wrong";
import { existingVolume } from "./rules/existing-volume";
import { fileSystem } from "./rules/file-system";
import { firewallService } from "./rules/firewall-service";
import { includeAtInstall } from "./rules/include-at-install";
import { includeEscape } from "./rules/include-escape";
import { includeRecursive } from "./rules/include-recursive";
import { includeUnseen } from "./rules/include-unseen";
import { interactive } from "./rules/interactive";
import { interpreter } from "./rules/interpreter";
import { kdump } from "./rules/kdump";
import { kernelArgument } from "./rules/kernel-argument";
import { keyboard } from "./rules/keyboard";
import { locale } from "./rules/locale";
import { localeMissing } from "./rules/locale-missing";
import { loginCredential } from "./rules/login-credential";
import { loginFirewall } from "./rules/login-firewall";
import { loginNetwork } from "./rules/login-network";
import { loginNone } from "./rules/login-none";
import { loginRoot } from "./rules/login-root";
import { loginSshd } from "./rules/login-sshd";
import { loginSudo } from "./rules/login-sudo";
import { loginUser } from "./rules/login-user";
import { memory } from "./rules/memory";
import { missingHardware } from "./rules/missing-hardware";
import { misspelt } from "./rules/misspelt";
import { moduleStream } from "./rules/module-stream";
import { mountPoint } from "./rules/mount-point";
import { networkDevice } from "./rules/network-device";
import { networkMissing } from "./rules/network-missing";
import { networkValue } from "./rules/network-value";
import { packageExcluded } from "./rules/package-excluded";
import { packageGroup } from "./rules/package-group";
import { packageName } from "./rules/package-name";
import { packagesIgnored } from "./rules/packages-ignored";
import { parserWarning } from "./rules/parser-warning";
import { partitioningMissing } from "./rules/partitioning-missing";
import { passwordHash } from "./rules/password-hash";
import { placeholder } from "./rules/placeholder";
import { plainPassword } from "./rules/plain-password";
import { raidMembers } from "./rules/raid-members";
import { rejected } from "./rules/rejected";
import { repository } from "./rules/repository";
import { rootMissing } from "./rules/root-missing";
import { scriptCommand } from "./rules/script-command";
import { scriptMount } from "./rules/script-mount";
import { scriptLogin } from "./rules/script-login";
import { scriptSyntax } from "./rules/script-syntax";
import { serviceName } from "./rules/service-name";
import { serviceNeeded } from "./rules/service-needed";
import { sourceConflict } from "./rules/source-conflict";
import { sourceMissing } from "./rules/source-missing";
import { sourceRelease } from "./rules/source-release";
import { sourceUrl } from "./rules/source-url";
import { staticNetwork } from "./rules/static-network";
import { timeSource } from "./rules/time-source";
import { timeZone } from "./rules/time-zone";
import { uefiLayout } from "./rules/uefi-layout";
import { undefinedMember } from "./rules/undefined-member";
import { unterminated } from "./rules/unterminated";
import { volumeName } from "./rules/volume-name";
import { volumeOption } from "./rules/volume-option";
import { volumeSize } from "./rules/volume-size";
import { UNUSED_IGNORE } from "./silence";
import { SOURCE_CODES } from "./source";

/** Every check of a parsed kickstart, in the order of their codes. */
export const RULES: readonly Rule[] = [
  carriageReturn,
  unterminated,
  includeEscape,
  includeRecursive,
  includeUnseen,
  rejected,
  deprecated,
  parserWarning,
  byteOrderMark,
  misspelt,
  scriptSyntax,
  diskName,
  partitioningMissing,
  uefiLayout,
  biosLayout,
  diskSize,
  clearing,
  clearingContradiction,
  undefinedMember,
  bootLoaderMissing,
  diskLabel,
  fileSystem,
  volumeSize,
  raidMembers,
  mountPoint,
  bootVolumeRule,
  encryption,
  volumeName,
  existingVolume,
  volumeOption,
  kernelArgument,
  memory,
  deadRelease,
  rootMissing,
  displayMode,
  sourceMissing,
  localeMissing,
  endMissing,
  endWrong,
  endContradiction,
  interactive,
  includeAtInstall,
  timeZone,
  locale,
  keyboard,
  serviceName,
  firewallService,
  interpreter,
  account,
  kdump,
  authselect,
  timeSource,
  contradiction,
  missingHardware,
  serviceNeeded,
  addon,
  scriptCommand,
  scriptMount,
  loginUser,
  loginCredential,
  loginSudo,
  loginSshd,
  loginFirewall,
  loginRoot,
  loginNetwork,
  scriptLogin,
  loginNone,
  plainPassword,
  passwordHash,
  abbreviatedOption,
  placeholder,
  packageGroup,
  packageName,
  packageExcluded,
  cutValue,
  moduleStream,
  sourceConflict,
  packagesIgnored,
  networkMissing,
  staticNetwork,
  networkDevice,
  sourceUrl,
  repository,
  networkValue,
  buildNetwork,
  sourceRelease,
];

/** Every code that a finding can have, in their order: for the documentation, and for what may be ignored. */
export const CODES: readonly CodeInfo[] = [...Object.values(SOURCE_CODES), UNUSED_IGNORE, ...RULES].sort((a, b) =>
  a.code.localeCompare(b.code),
);

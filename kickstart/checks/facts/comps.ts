import type { Dialect } from "../../../recipe/release";

/** Groups and environments of a release's packages: `comps.xml` of its repositories. */
export interface Comps {
  readonly environments: readonly string[];
  readonly groups: readonly string[];
}

/** CentOS Linux 7 (`yum group list ids hidden`); RHEL 7 has compute-node-environment and basic-web-server-environment. */
const EL7: Comps = {
  environments: words(`
    minimal compute-node-environment infrastructure-server-environment file-print-server-environment
    basic-web-server-environment web-server-environment virtualization-host-environment graphical-server-environment
    gnome-desktop-environment kde-desktop-environment developer-workstation-environment
  `),
  groups: words(`
    additional-devel anaconda-tools backup-client backup-server base base-x compat-libraries console-internet core
    debugging desktop-debugging development dial-up directory-client directory-server dns-server emacs file-server
    fonts ftp-server gnome-apps gnome-desktop graphical-admin-tools graphics guest-agents guest-desktop-agents ha
    hardware-monitoring identity-management-server infiniband input-methods internet-applications internet-browser
    java-platform kde-apps kde-desktop large-systems legacy-unix legacy-x load-balancer mail-server mainframe-access
    mariadb mariadb-client multimedia network-file-system-client network-server network-tools office-suite performance
    perl-web php platform-devel platform-kvm platform-vmware postgresql postgresql-client print-client print-server
    python-web remote-desktop-clients remote-system-management resilient-storage ruby-runtime scientific
    security-tools smart-card smb-server system-management technical-writing texlive virtualization-client
    virtualization-hypervisor virtualization-platform virtualization-tools web-server web-servlet
  `),
};

/** https://github.com/EuroLinux/comps-xml-el8, comps-xml-el9, and comps-eln of https://pagure.io/fedora-comps for 10. */
const EL8: Comps = {
  environments: words(`
    minimal-environment custom-environment server-product-environment graphical-server-environment
    workstation-product-environment virtualization-host-environment
  `),
  groups: words(`
    additional-devel anaconda-tools backup-client base base-x conflicts-appstream conflicts-baseos console-internet
    container-management core crb debugging desktop-debugging development dial-up dns-server dotnet dotnet-core emacs
    file-server fonts ftp-server gnome-apps gnome-desktop graphical-admin-tools graphics guest-agents
    guest-desktop-agents ha ha-devel hardware-monitoring hardware-support headless-management infiniband input-methods
    internet-applications internet-browser java-development java-platform large-systems legacy-unix legacy-x
    mail-server mainframe-access multimedia network-file-system-client network-server network-tools
    networkmanager-submodules nfv nfv-debug office-suite ostree-support performance platform-devel platform-kvm
    platform-microsoft platform-vmware powertools print-client python-web remote-desktop-clients
    remote-system-management resilient-storage rpm-development-tools rt rt-debug scientific security-tools
    server-product smart-card smb-server standard system-tools texlive virtualization-client virtualization-hypervisor
    virtualization-platform virtualization-tools web-server workstation-product
  `),
};

/** https://pagure.io/fedora-comps, comps-f41; environments of older releases too. */
const FEDORA: Comps = {
  environments: words(`
    minimal-environment custom-environment server-product-environment workstation-product-environment
    basic-desktop-environment budgie-desktop-environment cinnamon-desktop-environment cloud-server-environment
    cosmic-desktop-environment deepin-desktop-environment developer-workstation-environment gnome-desktop-environment
    i3-desktop-environment infrastructure-server-environment kde-desktop-environment kde-mobile-environment
    lxde-desktop-environment lxqt-desktop-environment mate-desktop-environment miraclewm-desktop-environment
    phosh-desktop-environment sugar-desktop-environment sway-desktop-environment web-server-environment
    xfce-desktop-environment
  `),
  groups: words(`
    3d-printing additional-devel admin-tools anaconda-tools arm-tools audio authoring-and-publishing backup-client
    base base-graphical base-x basic-desktop budgie-desktop budgie-desktop-apps buildsys-build c-development
    cinnamon-desktop cloud-bootloader-tools cloud-infrastructure cloud-management cloud-server compiz
    conflicts-appstream conflicts-baseos console-internet container-management core crb critical-path-anaconda
    critical-path-apps critical-path-base critical-path-build critical-path-compose critical-path-deepin-desktop
    critical-path-gnome critical-path-kde critical-path-lxde critical-path-lxqt critical-path-server
    critical-path-standard critical-path-xfce d-development debugging deepin-desktop deepin-desktop-apps
    deepin-desktop-media deepin-desktop-office design-suite desktop-accessibility desktop-debugging development
    development-libs development-tools dial-up directory-server dns-server dogtag domain-client dotnet dotnet-core
    editors education electronic-lab emacs engineering-and-scientific enlightenment-desktop fedora-packager
    file-server firefox font-design fonts freeipa-server ftp-server games gnome-apps gnome-desktop gnome-games
    gnome-software-development graphical-admin-tools graphical-internet graphics guest-agents guest-desktop-agents ha
    ha-devel haproxy hardware-monitoring hardware-support haskell headless-management i3 i3-extended infiniband
    input-methods internet-applications internet-browser java java-development java-platform javaenterprise kde-apps
    kde-desktop kde-education kde-media kde-office kde-pim kde-software-development kde-spin-initial-setup
    kf5-software-development large-systems legacy-fonts legacy-network-server legacy-unix legacy-x libreoffice
    libreoffice-development load-balancer lxde-apps lxde-desktop lxde-media lxde-office lxqt-apps lxqt-desktop
    lxqt-l10n lxqt-media lxqt-office mail-server mainframe-access mate-applications mate-desktop milkymist mingw32
    multimedia mysql network-file-system-client network-server network-tools networkmanager-submodules
    neuron-modelling-simulators news-server nfv nfv-debug ocaml office office-suite ostree-support performance perl
    perl-web phosh-desktop php platform-devel platform-kvm platform-microsoft platform-vmware powertools print-client
    printing python-classroom python-science python-web remote-desktop-clients remote-system-management
    resilient-storage robotics-suite rpm-development-tools rt rt-debug ruby rubyonrails scientific security-lab
    security-tools server-cfg server-hardware-support server-product smart-card smb-server sound-and-video sql-server
    standard sugar-apps sugar-desktop swaywm swaywm-extended system-tools texlive text-internet tomcat vagrant
    virtualization virtualization-client virtualization-headless virtualization-hypervisor virtualization-platform
    virtualization-tools vlc web-server window-managers workstation-ostree-support workstation-product
    x-software-development xfce-apps xfce-desktop xfce-extra-plugins xfce-media xfce-office xfce-software-development
    xmonad xmonad-mate
  `),
};

/** The groups and environments of the release's own repositories; more can come with a `repo`. */
export function compsOf(dialect: Dialect): Comps {
  if (dialect === "rhel7") return EL7;
  return dialect.startsWith("fedora") ? FEDORA : EL8;
}

/** Modules of Enterprise Linux 8 and 9 that are installed like a group: `@nodejs`. */
export const MODULES: readonly string[] = words(`
  container-tools idm maven mariadb mysql nginx nodejs perl php postgresql python36 python38 python39 redis rhn-tools ruby
  rust-toolset go-toolset llvm-toolset satellite-5-client swig varnish virt 389-ds jmc log4j parfait pki-core pki-deps
  scala squid subversion javapackages-runtime httpd inkscape libselinux-python pmdk freeradius gimp mailman
`);

/** Names of groups and environments, which are taken for their ids too. */
export const NAMES: readonly string[] = `
  .NET Core Development, .NET Development, Additional Development, Anaconda tools, Atomic Host ostree support,
  Backup Client, Base, Basic Web Server, CRB, Common NetworkManager submodules, Compatibility Libraries, Compute
  Node, Console Internet Tools, Container Management, Core, Custom Operating System, DNS Name Server, Debugging
  Tools, Desktop Debugging and Performance Tools, Development Tools, Development and Creative Workstation,
  Dial-up Networking Support, Emacs, FTP Server, File and Print Server, File and Storage Server, Fonts, GNOME,
  GNOME Applications, GNOME Desktop, Graphical Administration Tools, Graphics Creation Tools, Guest Agents,
  Guest Desktop Agents, Hardware Monitoring Utilities, Hardware Support, Headless Management, High Availability,
  High Availability Devel, Hyper-v platform specific packages, Image based rpm-ostree support, Infiniband
  Support, Infrastructure Server, Input Methods, Internet Applications, Internet Browser, Java Development, Java
  Platform, KDE, KDE Plasma Workspaces, KVM platform specific packages, Large Systems Performance, Legacy UNIX
  Compatibility, Legacy X Window System Compatibility, Mail Server, Mainframe Access, Minimal Install,
  Multimedia, NFV, NFV-debug, Network File System Client, Network Servers, Networking Tools, Office Suite and
  Productivity, Performance Tools, Platform Development, PowerTools, Printing Client, Python Web, RPM
  Development Tools, RT, RT-debug, Remote Desktop Clients, Remote Management for Linux, Resilient Storage,
  Scientific Support, Security Tools, Server, Server product core, Server with GUI, Smart Card Support,
  Standard, System Tools, TeX formatting system, VMware platform specific packages, Virtualization Client,
  Virtualization Host, Virtualization Hypervisor, Virtualization Platform, Virtualization Tools, Windows File
  Server, Workstation, Workstation product core, X Window System
`
  .trim()
  .split(/,\s+/);

/** Every release's, to tell a name of another release from one that nobody knows. */
export const ALL_COMPS: Comps = {
  environments: [EL7, EL8, FEDORA].flatMap(({ environments }) => environments),
  groups: [EL7, EL8, FEDORA].flatMap(({ groups }) => groups),
};

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

# A machine of Azure: its serial console, Hyper-V's drivers, and the agent.
kernel_arguments console=tty1 console=ttyS0,115200n8 earlyprintk=ttyS0,115200 rootdelay=300
drivers os-images-azure hv_vmbus hv_storvsc hv_netvsc

if [ "$OS_IMAGES_AGENT" = waagent ]; then
  if ! command -v waagent >/dev/null; then
    if command -v dnf >/dev/null; then dnf -y install WALinuxAgent
    elif command -v yum >/dev/null; then yum -y install WALinuxAgent
    elif command -v apt-get >/dev/null; then
      apt-get -o Acquire::Retries=0 -o Acquire::http::Timeout=20 update &&
        DEBIAN_FRONTEND=noninteractive apt-get -y install --no-install-recommends waagent
    fi || true
  fi
  command -v waagent >/dev/null ||
    refuse 'waagent could not be installed: add its package to the kickstart, or write Platform.azure({ agent: "none" })'
  systemctl enable waagent.service 2>/dev/null || systemctl enable walinuxagent.service
  waagent -force -deprovision
  rm -rf /var/lib/waagent /var/log/waagent.log /var/log/azure
fi

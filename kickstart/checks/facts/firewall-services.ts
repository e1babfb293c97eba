/**
 * The services that firewalld knows, by the Enterprise Linux whose firewalld first had them: 0.6.3, 0.9, 1.3 and 2.3 or
 * later, which Fedora has too (https://github.com/firewalld/firewalld, config/services).
 */
const SINCE: Readonly<Record<number, string>> = {
  7: `
    RH-Satellite-6 amanda-client amanda-k5-client amqp amqps apcupsd audit bacula bacula-client bgp bitcoin
    bitcoin-rpc bitcoin-testnet bitcoin-testnet-rpc ceph ceph-mon cfengine cockpit condor-collector ctdb dhcp dhcpv6
    dhcpv6-client distcc dns docker-registry docker-swarm dropbox-lansync elasticsearch etcd-client etcd-server finger
    freeipa-ldap freeipa-ldaps freeipa-replication freeipa-trust ftp ganglia-client ganglia-master git gre
    high-availability http https imap imaps ipp ipp-client ipsec irc ircs iscsi-target isns jenkins kadmin kerberos
    kibana klogin kpasswd kprop kshell ldap ldaps libvirt libvirt-tls lightning-network llmnr managesieve matrix mdns
    minidlna mongodb mosh mountd mqtt mqtt-tls ms-wbt mssql murmur mysql nfs nfs3 nmea-0183 nrpe ntp nut openvpn
    ovirt-imageio ovirt-storageconsole ovirt-vmconsole plex pmcd pmproxy pmwebapi pmwebapis pop3 pop3s postgresql
    privoxy proxy-dhcp ptp pulseaudio puppetmaster quassel radius redis rpc-bind rsh rsyncd rtsp salt-master samba
    samba-client samba-dc sane sip sips slp smtp smtp-submission smtps snmp snmptrap spideroak-lansync squid ssh
    steam-streaming svdrp svn syncthing syncthing-gui synergy syslog syslog-tls telnet tftp tftp-client tinc tor-socks
    transmission-client upnp-client vdsm vnc-server wbem-http wbem-https wsman wsmans xdmcp xmpp-bosh xmpp-client
    xmpp-local xmpp-server zabbix-agent zabbix-server
  `,
  8: `
    RH-Satellite-6-capsule bb bittorrent-lsd collectd dns-over-tls foreman foreman-proxy freeipa-4 grafana kdeconnect
    kube-apiserver memcache nbd prometheus rdp redis-sentinel rquotad spotify-sync ssdp tentacle tile38
  `,
  9: `
    afp ausweisapp2 bareos-director bareos-filedaemon bareos-storage ceph-exporter checkmk-agent cratedb dds
    dds-multicast dds-unicast galera gpsd http3 ident ipfs kube-api kube-control-plane kube-control-plane-secure
    kube-controller-manager kube-controller-manager-secure kube-nodeport-services kube-scheduler kube-scheduler-secure
    kube-worker kubelet kubelet-readonly kubelet-worker llmnr-client llmnr-tcp llmnr-udp nebula netbios-ns
    netdata-dashboard prometheus-node-exporter ps2link ps3netsrv snmptls snmptls-trap syncthing-relay warpinator
    wireguard ws-discovery ws-discovery-client ws-discovery-tcp ws-discovery-udp zerotier
  `,
  10: `
    0-AD alvr anno-1602 anno-1800 aseqnet civilization-iv civilization-v dns-over-quic factorio gitea iperf2 iperf3
    mednafen minecraft mndp mpd mpd-httpd need-for-speed-most-wanted opentelemetry proxy-http radsec rootd
    settlers-history-collection slimevr socks solr statsrv steam-lan-transfer stellaris stronghold-crusader stun stuns
    submission supertuxkart syscomlan syslog-ng terraria turn turns vrrp ws-discovery-host zabbix-java-gateway
    zabbix-trapper zabbix-web-service zero-k
  `,
};

const sets = new Map<number, ReadonlySet<string>>();

/** The services that the firewalld of that Enterprise Linux knows; Fedora's is that of the newest one. */
export function firewallServices(version: number): ReadonlySet<string> {
  const known = Object.entries(SINCE).filter(([since]) => Number(since) <= version);
  const services = sets.get(version) ?? new Set(known.flatMap(([, names]) => names.trim().split(/\s+/)));
  sets.set(version, services);
  return services;
}

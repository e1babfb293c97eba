<?xml version="1.0"?>
<!--
  What the provider has no words for: the serial port is logged on the hypervisor, by virtlogd (libvirt.org/formatdomain.html),
  and there is no display, which would listen on a port.
-->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()">
    <xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy>
  </xsl:template>
  <xsl:template match="/domain/devices">
    <xsl:copy>
      <xsl:apply-templates select="@*|node()[not(self::graphics)]"/>
      <serial type="pty">
        <log file="/var/log/libvirt/qemu/{/domain/name}-console.log" append="on"/>
        <target port="0"/>
      </serial>
    </xsl:copy>
  </xsl:template>
</xsl:stylesheet>

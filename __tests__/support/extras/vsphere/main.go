// vsphere is govc, VMware's command line, and with the word "simulate" a vCenter simulator, both of govmomi.
package main

import (
	"crypto/tls"
	"fmt"
	"os"
	"os/signal"

	"github.com/vmware/govmomi/cli"
	"github.com/vmware/govmomi/simulator"

	_ "github.com/vmware/govmomi/cli/about"
	_ "github.com/vmware/govmomi/cli/datastore"
	_ "github.com/vmware/govmomi/cli/device"
	_ "github.com/vmware/govmomi/cli/importx"
	_ "github.com/vmware/govmomi/cli/vm"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "simulate" {
		simulate()
		return
	}
	os.Exit(cli.Run(os.Args[1:]))
}

// simulate serves a vCenter on a loopback port of the system's choice, prints its URL and ends with its standard input.
func simulate() {
	model := simulator.VPX()
	defer model.Remove()
	if err := model.Create(); err != nil {
		panic(err)
	}
	model.Service.TLS = new(tls.Config)
	server := model.Service.NewServer()
	defer server.Close()
	fmt.Println(server.URL)
	end := make(chan os.Signal, 1)
	signal.Notify(end, os.Interrupt)
	go func() {
		_, _ = os.Stdin.Read(make([]byte, 1))
		end <- os.Interrupt
	}()
	<-end
}

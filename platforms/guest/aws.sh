# An EC2 instance: the drivers of its disk and network.
drivers os-images-aws nvme ena

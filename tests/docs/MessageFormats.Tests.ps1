BeforeDiscovery {
    # The fields of each format, exactly.
    $fields = [ordered]@{
        'arp'                       = 'HardwareType:16 ProtocolType:16 HardwareLength:8 ProtocolLength:8 Opcode:16 SenderHardwareAddress:[HardwareLength]:mac SenderProtocolAddress:[ProtocolLength]:ipv4 TargetHardwareAddress:[HardwareLength]:mac TargetProtocolAddress:[ProtocolLength]:ipv4'
        'bgp'                       = 'Marker:128:hex=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length:16 Type:8{OPEN=1,UPDATE=2,NOTIFICATION=3,KEEPALIVE=4,ROUTE-REFRESH=5} Body:[Length-19]:Type{OPEN=(Version:8=4 AS:16 HoldTime:16 Identifier:32:ipv4 ParametersLength:8 Parameters:[ParametersLength]:(Type:8 Length:8 Value:[Length])),UPDATE=(WithdrawnLength:16 Withdrawn:[WithdrawnLength]:(Bits:8 Prefix:[Bits/8]) AttributesLength:16 Attributes:[AttributesLength]:(Flags:8:flags{Optional=128,Transitive=64,Partial=32,Extended=16} Type:8{ORIGIN=1,AS_PATH=2,NEXT_HOP=3,MULTI_EXIT_DISC=4,LOCAL_PREF=5,ATOMIC_AGGREGATE=6,AGGREGATOR=7} Length:8?!(Flags&16) LongLength:16?Flags&16 Value:[Length+LongLength]) Reachable:*:(Bits:8 Prefix:[Bits/8])),NOTIFICATION=(Code:8 Subcode:8 Data:*),*=(Rest:*)}'
        'coap'                      = 'Ver:2 T:2 TKL:4 Code:8 MessageID:16 Token:[TKL]:hex Options:*255 11111111:8 Payload:*'
        'coap-message'              = 'Version:2=1 Type:2{CON=0,NON=1,ACK=2,RST=3} TokenLength:4 Class:3 Detail:5 MessageID:16 Token:[TokenLength]:hex Options:*:(Delta:4 Length:4 Delta8:8?Delta=13 Delta16:16?Delta=14 Length8:8?Length=13 Length16:16?Length=14 Value:[Length+Length8+Length16+255*(Length=14)]?Delta<15 Payload:*?Delta=15)'
        'dhcp'                      = 'Op:8 Htype:8 Hlen:8 Hops:8 Xid:32 Secs:16 Flags:16 Ciaddr:32:ipv4 Yiaddr:32:ipv4 Siaddr:32:ipv4 Giaddr:32:ipv4 Chaddr:128:hex Sname:512:ascii File:1024:ascii Options:*'
        'dhcp-options'              = 'Cookie:32:hex=63825363 Options:*:(Code:8{Pad=0,SubnetMask=1,Router=3,DomainNameServer=6,HostName=12,RequestedAddress=50,LeaseTime=51,MessageType=53,ServerIdentifier=54,ParameterList=55,MaximumSize=57,VendorClass=60,ClientIdentifier=61,End=255} Length:8?Code>0&&Code<255 Value:[Length]?Code>0&&Code<255)'
        'diameter'                  = 'Version:8=1 Length:24 Flags:8:flags{Request=128,Proxiable=64,Error=32,Retransmitted=16} CommandCode:24 ApplicationId:32 HopByHop:32 EndToEnd:32 AVPs:[Length-20]:(Code:32{HostIPAddress=257,AuthApplicationId=258,OriginHost=264,VendorId=266,FirmwareRevision=267,ResultCode=268,ProductName=269,OriginRealm=296} Flags:8:flags{Vendor=128,Mandatory=64,Protected=32} Length:24 VendorId:32?Flags&128 Data:[Length-8-(Flags>=128)*4] Pad:|4)'
        'dns-header'                = 'ID:16 QR:1 Opcode:4 AA:1 TC:1 RD:1 RA:1 Z:3 RCODE:4 QDCOUNT:16 ANCOUNT:16 NSCOUNT:16 ARCOUNT:16'
        'dns-pointer'               = '11:2 OFFSET:14'
        'dns-question'              = 'QNAME:* QTYPE:16 QCLASS:16'
        'dns-record'                = 'NAME:16:hex TYPE:16 CLASS:16 TTL:32 RDLENGTH:16 RDATA:[RDLENGTH]'
        'ethernet'                  = 'Destination:48:mac Source:48:mac Type:16 Data:*'
        'gre'                       = 'C:1 Reserved0:12 Ver:3 ProtocolType:16 Checksum:[C*2] Reserved1:[C*2]'
        'http2-frame'               = 'Length:24 Type:8 Flags:8 R:1 StreamIdentifier:31 FramePayload:[Length]'
        'icmp-echo'                 = 'Type:8 Code:8 Checksum:16 Identifier:16 SequenceNumber:16 Data:*'
        'icmpv6-echo'               = 'Type:8 Code:8 Checksum:16 Identifier:16 SequenceNumber:16 Data:*'
        'ipfix'                     = 'Version:16=10 Length:16 ExportTime:32:unixtime SequenceNumber:32 ObservationDomainId:32 Sets:[Length-16]:(SetId:16 Length:16 Data:[Length-4])'
        'ipv4'                      = 'Version:4 IHL:4 TypeOfService:8 TotalLength:16 Identification:16 Flags:3 FragmentOffset:13 TimeToLive:8 Protocol:8 HeaderChecksum:16 SourceAddress:32:ipv4 DestinationAddress:32:ipv4 Options:[IHL*4-20]'
        'ipv6'                      = 'Version:4 TrafficClass:8 FlowLabel:20 PayloadLength:16 NextHeader:8 HopLimit:8 SourceAddress:128:ipv6 DestinationAddress:128:ipv6'
        'modbus-tcp'                = 'TransactionId:16 ProtocolId:16=0 Length:16 UnitId:8 Function:8 Data:[Length-2]'
        'mqtt-fixed-header'         = 'PacketType:4 DUP:1 QoS:2 RET:1 RemainingLength:8 Rest:[RemainingLength]'
        'mqtt-packet'               = 'Type:4{CONNECT=1,CONNACK=2,PUBLISH=3,PUBACK=4,PUBREC=5,PUBREL=6,PUBCOMP=7,SUBSCRIBE=8,SUBACK=9,UNSUBSCRIBE=10,UNSUBACK=11,PINGREQ=12,PINGRESP=13,DISCONNECT=14} DUP:1:bool QoS:2 Retain:1:bool Length:mqtt Body:[Length]:Type{CONNECT=(ProtocolLength:16 Protocol:[ProtocolLength]:utf8 Level:8 Flags:8:flags{CleanSession=2,Will=4,WillRetain=32,Password=64,UserName=128} KeepAlive:16 ClientLength:16 Client:[ClientLength]:utf8 Rest:*),CONNACK=(SessionPresent:8 Code:8),PUBLISH=(TopicLength:16 Topic:[TopicLength]:utf8 Rest:*),*=(Rest:*)}'
        'ntp'                       = 'LI:2 VN:3 Mode:3 Stratum:8 Poll:8:int Precision:8:int RootDelay:32 RootDispersion:32 ReferenceID:32:hex ReferenceTimestamp:64 OriginTimestamp:64 ReceiveTimestamp:64 TransmitTimestamp:64 ExtensionField1:*'
        'quic-long-header'          = 'HeaderForm:1=1 FixedBit:1=1 Type:2{Initial=0,ZeroRTT=1,Handshake=2,Retry=3} TypeSpecificBits:4 Version:32 DestinationLength:8 Destination:[DestinationLength]:hex SourceLength:8 Source:[SourceLength]:hex TokenLength:quic?Type=Initial Token:[TokenLength]?Type=Initial Length:quic?Type!=Retry Payload:*'
        'radius'                    = 'Code:8 Identifier:8 Length:16 Authenticator:128:hex Attributes:[Length-20]'
        'radius-attribute'          = 'Type:8 Length:8 Value:[Length-2]'
        'rpki-rtr'                  = 'Version:8 Type:8{SerialNotify=0,SerialQuery=1,ResetQuery=2,CacheResponse=3,IPv4Prefix=4,IPv6Prefix=6,EndOfData=7,CacheReset=8,RouterKey=9,ErrorReport=10} Session:16 Length:32 Body:[Length-8]'
        'rtp'                       = 'V2:2 P:1 X:1 CC:4 M:1 PT:7 SequenceNumber:16 Timestamp:32 SynchronizationSourceSSRCIdentifier:32 ContributingSourceCSRCIdentifiers:[CC*4]'
        'sctp-chunks'               = 'Chunks:*:(Type:8{DATA=0,INIT=1,INIT-ACK=2,SACK=3,HEARTBEAT=4,HEARTBEAT-ACK=5,ABORT=6,SHUTDOWN=7,SHUTDOWN-ACK=8,ERROR=9,COOKIE-ECHO=10,COOKIE-ACK=11} Flags:8 Length:16 Value:[Length-4] Pad:|4)'
        'sctp-common'               = 'SourcePortNumber:16 DestinationPortNumber:16 VerificationTag:32 Checksum:32'
        'sctp-data'                 = 'Type0:8 Res:4 I:1 U:1 B:1 E:1 Length:16 TSN:32 StreamIdentifierS:16 StreamSequenceNumberN:16 PayloadProtocolIdentifier:32 UserDataSeqNOfStreamS:[Length-16]'
        'snmp'                      = 'Sequence:8=0x30 Length:ber Message:[Length]:(VersionTag:8=2 VersionLength:ber Version:[VersionLength]:hex CommunityTag:8=4 CommunityLength:ber Community:[CommunityLength]:ascii PduType:8{GetRequest=160,GetNextRequest=161,Response=162,SetRequest=163} PduLength:ber Pdu:[PduLength]:(Tag:8{Integer=2,OctetString=4,Null=5,ObjectIdentifier=6,Sequence=48} Length:ber Value:[Length]))'
        'sntp'                      = 'LI:2 VN:3 Mode:3 Stratum:8 Poll:8:int Precision:8:int RootDelay:32 RootDispersion:32 ReferenceIdentifier:32:hex ReferenceTimestamp:64 OriginateTimestamp:64 ReceiveTimestamp:64 TransmitTimestamp:64 KeyIdentifier:32 MessageDigest:128:hex'
        'stun'                      = '00:2 STUNMessageType:14 MessageLength:16 MagicCookie:32 TransactionID:96:hex'
        'stun-attribute'            = 'Type:16 Length:16 Value:[Length]'
        'stun-message'              = 'Zero:2=0 Type:14 Length:16 MagicCookie:32:hex=2112A442 TransactionID:96:hex Attributes:[Length]:(Type:16{MAPPED-ADDRESS=1,USERNAME=6,MESSAGE-INTEGRITY=8,ERROR-CODE=9,XOR-MAPPED-ADDRESS=32,PRIORITY=36,SOFTWARE=32802,FINGERPRINT=32808,ICE-CONTROLLED=32809} Length:16 Value:[Length] Pad:|4)'
        'stun-xor-mapped-address'   = '00000000:8 Family:8 XPort:16 XAddress:*'
        'tcp'                       = 'SourcePort:16 DestinationPort:16 SequenceNumber:32 AcknowledgmentNumber:32 DataOffset:4 Rsrvd:4 CWR:1 ECE:1 URG:1 ACK:1 PSH:1 RST:1 SYN:1 FIN:1 Window:16 Checksum:16 UrgentPointer:16 Options:[DataOffset*4-20] Data:*'
        'tcp-options'               = 'Options:*:(Kind:8{END=0,NOP=1,MSS=2,WindowScale=3,SackPermitted=4,Sack=5,Timestamps=8} Length:8?Kind>1 Value:[Length-2]?Kind>1)'
        'tftp-ack'                  = 'Opcode:16 Block:16'
        'tftp-data'                 = 'Opcode:16 Block:16 Data:*'
        'tftp-error'                = 'Opcode:16 ErrorCode:16 ErrMsg:*0:utf8 0:8'
        'tftp-request'              = 'Opcode:16 Filename:*0:utf8 0:8 Mode:*0:ascii 02:8'
        'tls-handshake'             = 'Type:8{ClientHello=1,ServerHello=2,NewSessionTicket=4,EncryptedExtensions=8,Certificate=11,CertificateRequest=13,CertificateVerify=15,Finished=20,KeyUpdate=24} Length:24 Body:[Length]'
        'tls-record'                = 'Type:8{ChangeCipherSpec=20,Alert=21,Handshake=22,ApplicationData=23} Version:16 Length:16 Fragment:[Length]'
        'udp'                       = 'SourcePort:16 DestinationPort:16 Length:16 Checksum:16 DataOctets:[Length-8]'
        'vxlan'                     = 'R:1 R2:1 R3:1 R4:1 I:1 R5:1 R6:1 R7:1 Reserved:24 VXLANNetworkIdentifierVNI:24 Reserved2:8'
        'vxlan-udp'                 = 'R1:4=0 I:1 R2:3 Reserved1:24 VNI:24 Reserved2:8 Destination:48:mac Source:48:mac EtherType:16 Data:*'
        'websocket'                 = 'FIN:1 RSV1:1 RSV2:1 RSV3:1 Opcode:4 MASK:1 PayloadLen:7 ExtendedPayloadLength:* MaskingKey:[MASK*4] PayloadData:[PayloadLen]'
        'wireguard-initiation'      = 'Type:8=1 Reserved:24=0 Sender:32:uintle Ephemeral:256:hex Static:384:hex Timestamp:224:hex Mac1:128:hex Mac2:128:hex'
    }

    # Bytes that other people's programs sent or that a standard has, and what they say. What was captured without
    # saying where was seen by tcpdump on the loopback interface, or between two network namespaces: curl 7.88,
    # dig 9.18, dnsmasq 2.90, chronyd 4.3, tftp-hpa 5.2, ping 20221126, udhcpc 1.35 and Linux 6.18 sent it.
    $samples = @(
        @{
            Format = 'tcp'
            Source = 'captured: curl publishes over MQTT'
            Bytes  = 'c4b22e6b3b4cc82f7507086880180040fe4200000101080a616abc8b539f542b101800044d5154540402003c000c6375726c3233323061646163'
            Values = 'SourcePort=50354 DestinationPort=11883 SequenceNumber=994887727 AcknowledgmentNumber=1963395176 DataOffset=8 Rsrvd=0 CWR=0 ECE=0 URG=0 ACK=1 PSH=1 RST=0 SYN=0 FIN=0 Window=64 Checksum=65090 UrgentPointer=0 Options=0101080a616abc8b539f542b Data=101800044d5154540402003c000c6375726c3233323061646163'
        }
        @{
            Format = 'tcp'
            Source = 'captured: curl connects'
            Bytes  = 'c4b22e6b3b4cc82e00000000a002ffd7fe3000000204ffd70402080a616abc8a000000000103030a'
            Values = 'SourcePort=50354 DestinationPort=11883 SequenceNumber=994887726 AcknowledgmentNumber=0 DataOffset=10 Rsrvd=0 CWR=0 ECE=0 URG=0 ACK=0 PSH=0 RST=0 SYN=1 FIN=0 Window=65495 Checksum=65072 UrgentPointer=0 Options=0204ffd70402080a616abc8a000000000103030a Data='
        }
        @{
            Format = 'udp'
            Source = 'captured: dig asks'
            Bytes  = '98ca14e90029fe3cd17801200001000000000000077072696e746572076578616d706c650000010001'
            Values = 'SourcePort=39114 DestinationPort=5353 Length=41 Checksum=65084 DataOctets=d17801200001000000000000077072696e746572076578616d706c650000010001'
        }
        @{
            Format = 'ipv4'
            Source = 'captured: ping'
            Bytes  = '45000034f90f4000400143b77f0000017f000001'
            Values = 'Version=4 IHL=5 TypeOfService=0 TotalLength=52 Identification=63759 Flags=2 FragmentOffset=0 TimeToLive=64 Protocol=1 HeaderChecksum=17335 SourceAddress=127.0.0.1 DestinationAddress=127.0.0.1 Options='
        }
        @{
            Format = 'ipv4'
            Source = 'captured: ping -R, which records the route'
            Bytes  = "4f00007c3dc840004001ac8a0a0900020a090001010727080a090002$('00' * 32)"
            Values = 'Version=4 IHL=15 TypeOfService=0 TotalLength=124 Identification=15816 Flags=2 FragmentOffset=0 TimeToLive=64 Protocol=1 HeaderChecksum=44170 SourceAddress=10.9.0.2 DestinationAddress=10.9.0.1 Options=010727080a0900020000000000000000000000000000000000000000000000000000000000000000'
        }
        @{
            Format = 'ipv6'
            Source = 'captured: ping'
            Bytes  = "6000351c00203a40$('00' * 15)01$('00' * 15)01"
            Values = 'Version=6 TrafficClass=0 FlowLabel=13596 PayloadLength=32 NextHeader=58 HopLimit=64 SourceAddress=::1 DestinationAddress=::1'
        }
        @{
            Format = 'icmp-echo'
            Source = 'captured: ping -p cafe'
            Bytes  = '080034981ef700011b8f016b00000000507a0b0000000000cafecafecafecafe'
            Values = 'Type=8 Code=0 Checksum=13464 Identifier=7927 SequenceNumber=1 Data=1b8f016b00000000507a0b0000000000cafecafecafecafe'
        }
        @{
            Format = 'icmp-echo'
            Source = 'captured: the answer to it'
            Bytes  = '00003c981ef700011b8f016b00000000507a0b0000000000cafecafecafecafe'
            Values = 'Type=0 Code=0 Checksum=15512 Identifier=7927 SequenceNumber=1 Data=1b8f016b00000000507a0b0000000000cafecafecafecafe'
        }
        @{
            Format = 'icmpv6-echo'
            Source = 'captured: ping'
            Bytes  = '800047d11ef900011b8f016b00000000a48d0b00000000001011121314151617'
            Values = 'Type=128 Code=0 Checksum=18385 Identifier=7929 SequenceNumber=1 Data=1b8f016b00000000a48d0b00000000001011121314151617'
        }
        @{
            Format = 'ntp'
            Source = 'captured: chronyd asks'
            Bytes  = "23000620$('00' * 36)724fafe87daa16ef"
            Values = 'LI=0 VN=4 Mode=3 Stratum=0 Poll=6 Precision=32 RootDelay=0 RootDispersion=0 ReferenceID=00000000 ReferenceTimestamp=0 OriginTimestamp=0 ReceiveTimestamp=0 TransmitTimestamp=8236995656559498991 ExtensionField1='
        }
        @{
            Format = 'ntp'
            Source = 'captured: chronyd answers'
            Bytes  = '240806e600000000000000007f7f0101eeac0e0bfa216469724fafe87daa16efeeac0e0d50483abdeeac0e0d504ef976'
            Values = 'LI=0 VN=4 Mode=4 Stratum=8 Poll=6 Precision=-26 RootDelay=0 RootDispersion=0 ReferenceID=7F7F0101 ReferenceTimestamp=17198136521625003113 OriginTimestamp=8236995656559498991 ReceiveTimestamp=17198136527365356221 TransmitTimestamp=17198136527365798262 ExtensionField1='
        }
        @{
            Format = 'ntp'
            Source = 'captured: chronyd answers, and signs it with MD5'
            Bytes  = '240806e600000000000000007f7f0101eeac0ccedb649736b31081e471407019eeac0cd0691cfccbeeac0cd0692416aa0000000af52acdd022c75143cf9e5f6565c63da4'
            Values = 'LI=0 VN=4 Mode=4 Stratum=8 Poll=6 Precision=-26 RootDelay=0 RootDispersion=0 ReferenceID=7F7F0101 ReferenceTimestamp=17198135159604680502 OriginTimestamp=12902955750569046041 ReceiveTimestamp=17198135166277319883 TransmitTimestamp=17198135166277785258 ExtensionField1=0000000af52acdd022c75143cf9e5f6565c63da4'
        }
        @{
            Format = 'sntp'
            Source = 'captured: chronyd answers, and signs it with MD5'
            Bytes  = '240806e600000000000000007f7f0101eeac0ccedb649736b31081e471407019eeac0cd0691cfccbeeac0cd0692416aa0000000af52acdd022c75143cf9e5f6565c63da4'
            Values = 'LI=0 VN=4 Mode=4 Stratum=8 Poll=6 Precision=-26 RootDelay=0 RootDispersion=0 ReferenceIdentifier=7F7F0101 ReferenceTimestamp=17198135159604680502 OriginateTimestamp=12902955750569046041 ReceiveTimestamp=17198135166277319883 TransmitTimestamp=17198135166277785258 KeyIdentifier=10 MessageDigest=F52ACDD022C75143CF9E5F6565C63DA4'
        }
        @{
            Format = 'dns-header'
            Source = 'captured: dig asks'
            Bytes  = 'd17801200001000000000000'
            Values = 'ID=53624 QR=0 Opcode=0 AA=0 TC=0 RD=1 RA=0 Z=2 RCODE=0 QDCOUNT=1 ANCOUNT=0 NSCOUNT=0 ARCOUNT=0'
        }
        @{
            Format = 'dns-header'
            Source = 'captured: dnsmasq answers'
            Bytes  = 'd17885800001000100000000'
            Values = 'ID=53624 QR=1 Opcode=0 AA=1 TC=0 RD=1 RA=1 Z=0 RCODE=0 QDCOUNT=1 ANCOUNT=1 NSCOUNT=0 ARCOUNT=0'
        }
        @{
            Format = 'dns-question'
            Source = 'captured: dig asks'
            Bytes  = '077072696e746572076578616d706c650000010001'
            Values = 'QNAME=077072696e746572076578616d706c6500 QTYPE=1 QCLASS=1'
        }
        @{
            Format = 'dns-record'
            Source = 'captured: dnsmasq answers with an IPv4 address'
            Bytes  = 'c00c00010001000000000004c0000207'
            Values = 'NAME=C00C TYPE=1 CLASS=1 TTL=0 RDLENGTH=4 RDATA=c0000207'
        }
        @{
            Format = 'dns-record'
            Source = 'captured: dnsmasq answers with an IPv6 address'
            Bytes  = "c00c001c000100000000001020010db8$('00' * 11)07"
            Values = 'NAME=C00C TYPE=28 CLASS=1 TTL=0 RDLENGTH=16 RDATA=20010db8000000000000000000000007'
        }
        @{
            Format = 'dns-pointer'
            Source = 'captured: dnsmasq answers'
            Bytes  = 'c00c'
            Values = '11=3 OFFSET=12'
        }
        @{
            Format = 'tftp-request'
            Source = 'captured: tftp'
            Bytes  = '000168656c6c6f2e747874006e6574617363696900'
            Values = 'Opcode=1 Filename=hello.txt 0=0 Mode=netascii 02=0'
        }
        @{
            Format = 'tftp-data'
            Source = 'captured: in.tftpd'
            Bytes  = '0003000148656c6c6f2066726f6d20544654500d0a'
            Values = 'Opcode=3 Block=1 Data=48656c6c6f2066726f6d20544654500d0a'
        }
        @{
            Format = 'tftp-ack'
            Source = 'captured: tftp'
            Bytes  = '00040001'
            Values = 'Opcode=4 Block=1'
        }
        @{
            Format = 'tftp-error'
            Source = 'captured: in.tftpd'
            Bytes  = '0005000146696c65206e6f7420666f756e6400'
            Values = 'Opcode=5 ErrorCode=1 ErrMsg=File not found 0=0'
        }
        @{
            Format = 'rtp'
            Source = 'RFC 7714, section 16'
            Bytes  = '8040f17b8041f8d35501a0b2'
            Values = 'V2=2 P=0 X=0 CC=0 M=0 PT=64 SequenceNumber=61819 Timestamp=2151807187 SynchronizationSourceSSRCIdentifier=1426170034 ContributingSourceCSRCIdentifiers='
        }
        @{
            Format = 'dhcp'
            Source = 'captured: udhcpc asks'
            Bytes  = "010106009d08a65e0003$('00' * 18)32ccb844f12a$('00' * 202)638253633501013902024037070103060c0f1c2a3c0c756468637020312e33352e303d070132ccb844f12aff$('00' * 20)"
            Values = 'Op=1 Htype=1 Hlen=6 Hops=0 Xid=2634589790 Secs=3 Flags=0 Ciaddr=0.0.0.0 Yiaddr=0.0.0.0 Siaddr=0.0.0.0 Giaddr=0.0.0.0 Chaddr=32CCB844F12A00000000000000000000 Sname= File= Options=638253633501013902024037070103060c0f1c2a3c0c756468637020312e33352e303d070132ccb844f12aff0000000000000000000000000000000000000000'
        }
        @{
            Format = 'dhcp'
            Source = 'captured: dnsmasq offers'
            Bytes  = "020106009d08a65e00000000000000000a0900330a0900010000000032ccb844f12a$('00' * 202)6382536335010236040a090001330400000e103a04000007083b0400000c4e0104ffffff001c040a0900ff03040a090001ff$('00' * 14)"
            Values = 'Op=2 Htype=1 Hlen=6 Hops=0 Xid=2634589790 Secs=0 Flags=0 Ciaddr=0.0.0.0 Yiaddr=10.9.0.51 Siaddr=10.9.0.1 Giaddr=0.0.0.0 Chaddr=32CCB844F12A00000000000000000000 Sname= File= Options=6382536335010236040a090001330400000e103a04000007083b0400000c4e0104ffffff001c040a0900ff03040a090001ff0000000000000000000000000000'
        }
        @{
            Format = 'radius'
            Source = 'RFC 2865, section 7.1'
            Bytes  = '010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003'
            Values = 'Code=1 Identifier=0 Length=56 Authenticator=0F403F9473978057BD83D5CB98F4227A Attributes=01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003'
        }
        @{
            Format = 'radius-attribute'
            Source = 'RFC 2865, section 7.1'
            Bytes  = '01066e656d6f'
            Values = 'Type=1 Length=6 Value=6e656d6f'
        }
        @{
            Format = 'stun'
            Source = 'RFC 5769, section 2.2'
            Bytes  = '0101003c2112a442b7e7a701bc34d686fa87dfae'
            Values = '00=0 STUNMessageType=257 MessageLength=60 MagicCookie=554869826 TransactionID=B7E7A701BC34D686FA87DFAE'
        }
        @{
            Format = 'stun-attribute'
            Source = 'RFC 5769, section 2.2, without its padding'
            Bytes  = '8022000b7465737420766563746f72'
            Values = 'Type=32802 Length=11 Value=7465737420766563746f72'
        }
        @{
            Format = 'stun-xor-mapped-address'
            Source = 'RFC 5769, section 2.2'
            Bytes  = '0001a147e112a643'
            Values = '00000000=0 Family=1 XPort=41287 XAddress=e112a643'
        }
        @{
            Format = 'coap'
            Source = 'RFC 7252, figure 16'
            Bytes  = '60457d34ff32322e332043'
            Values = 'Ver=1 T=2 TKL=0 Code=69 MessageID=32052 Token= Options= 11111111=255 Payload=32322e332043'
        }
        @{
            Format = 'coap'
            Source = 'RFC 7252, figure 17'
            Bytes  = '61457d3520ff32322e332043'
            Values = 'Ver=1 T=2 TKL=1 Code=69 MessageID=32053 Token=20 Options= 11111111=255 Payload=32322e332043'
        }
        @{
            Format = 'websocket'
            Source = 'RFC 6455, section 5.7'
            Bytes  = '810548656c6c6f'
            Values = 'FIN=1 RSV1=0 RSV2=0 RSV3=0 Opcode=1 MASK=0 PayloadLen=5 ExtendedPayloadLength= MaskingKey= PayloadData=48656c6c6f'
        }
        @{
            Format = 'websocket'
            Source = 'RFC 6455, section 5.7, masked'
            Bytes  = '818537fa213d7f9f4d5158'
            Values = 'FIN=1 RSV1=0 RSV2=0 RSV3=0 Opcode=1 MASK=1 PayloadLen=5 ExtendedPayloadLength= MaskingKey=37fa213d PayloadData=7f9f4d5158'
        }
        @{
            Format = 'sctp-common'
            Source = 'a capture in the tests of gopacket, layers/decode_test.go'
            Bytes  = '270f22b83280fb42a1e3b231'
            Values = 'SourcePortNumber=9999 DestinationPortNumber=8888 VerificationTag=847313730 Checksum=2716054065'
        }
        @{
            Format = 'sctp-data'
            Source = 'a capture in the tests of gopacket, layers/decode_test.go'
            Bytes  = '00030019db856024000000010000000062697a7a6c65210a00'
            Values = 'Type0=0 Res=0 I=0 U=0 B=1 E=1 Length=25 TSN=3682951204 StreamIdentifierS=0 StreamSequenceNumberN=1 PayloadProtocolIdentifier=0 UserDataSeqNOfStreamS=62697a7a6c65210a00'
        }
        @{
            Format = 'http2-frame'
            Source = 'captured: curl sends its settings'
            Bytes  = '000012040000000000000300000064000402000000000200000000'
            Values = 'Length=18 Type=4 Flags=0 R=0 StreamIdentifier=0 FramePayload=000300000064000402000000000200000000'
        }
        @{
            Format = 'http2-frame'
            Source = 'captured: curl asks'
            Bytes  = '00001f010500000001828486418b089d5c0b8170dc0bc0783f7a8825b650c3abbcf2e153032a2f2a'
            Values = 'Length=31 Type=1 Flags=5 R=0 StreamIdentifier=1 FramePayload=828486418b089d5c0b8170dc0bc0783f7a8825b650c3abbcf2e153032a2f2a'
        }
        @{
            Format = 'vxlan'
            Source = 'captured: Linux, for network 5001'
            Bytes  = '0800000000138900'
            Values = 'R=0 R2=0 R3=0 R4=0 I=1 R5=0 R6=0 R7=0 Reserved=0 VXLANNetworkIdentifierVNI=5001 Reserved2=0'
        }
        @{
            Format = 'gre'
            Source = 'a capture in the tests of gopacket, layers/gre_test.go'
            Bytes  = '00000800'
            Values = 'C=0 Reserved0=0 Ver=0 ProtocolType=2048 Checksum= Reserved1='
        }
        @{
            Format = 'mqtt-fixed-header'
            Source = 'captured: curl connects'
            Bytes  = '101800044d5154540402003c000c6375726c3233323061646163'
            Values = 'PacketType=1 DUP=0 QoS=0 RET=0 RemainingLength=24 Rest=00044d5154540402003c000c6375726c3233323061646163'
        }
        @{
            Format = 'mqtt-fixed-header'
            Source = 'captured: curl publishes'
            Bytes  = '300a0003612f6268656c6c6f'
            Values = 'PacketType=3 DUP=0 QoS=0 RET=0 RemainingLength=10 Rest=0003612f6268656c6c6f'
        }
        @{
            Format = 'mqtt-fixed-header'
            Source = 'captured: curl leaves'
            Bytes  = 'e000'
            Values = 'PacketType=14 DUP=0 QoS=0 RET=0 RemainingLength=0 Rest='
        }
        @{
            Format = 'ethernet'
            Source = 'captured: Linux asks with ARP'
            Bytes  = 'ffffffffffff32ccb844f12a0806000108000604000132ccb844f12a0a0900020000000000000a090001'
            Values = 'Destination=FFFFFFFFFFFF Source=32CCB844F12A Type=2054 Data=000108000604000132ccb844f12a0a0900020000000000000a090001'
        }
        @{
            Format = 'arp'
            Source = 'captured: Linux asks'
            Bytes  = '000108000604000132ccb844f12a0a0900020000000000000a090001'
            Values = 'HardwareType=1 ProtocolType=2048 HardwareLength=6 ProtocolLength=4 Opcode=1 SenderHardwareAddress=32CCB844F12A SenderProtocolAddress=10.9.0.2 TargetHardwareAddress=000000000000 TargetProtocolAddress=10.9.0.1'
        }
        @{
            Format = 'arp'
            Source = 'captured: Linux answers'
            Bytes  = '0001080006040002d2ad4aac97930a09000132ccb844f12a0a090002'
            Values = 'HardwareType=1 ProtocolType=2048 HardwareLength=6 ProtocolLength=4 Opcode=2 SenderHardwareAddress=D2AD4AAC9793 SenderProtocolAddress=10.9.0.1 TargetHardwareAddress=32CCB844F12A TargetProtocolAddress=10.9.0.2'
        }
        @{
            Format = 'stun-message'
            Source = 'RFC 5769, section 2.1'
            Bytes  = '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf'
            Values = 'Zero=0 Type=1 Length=88 MagicCookie=2112A442 TransactionID=B7E7A701BC34D686FA87DFAE Attributes=(Type=SOFTWARE Length=16 Value=5354554e207465737420636c69656e74 Pad=) (Type=PRIORITY Length=4 Value=6e0001ff Pad=) (Type=ICE-CONTROLLED Length=8 Value=932ff9b151263b36 Pad=) (Type=USERNAME Length=9 Value=6576746a3a68367659 Pad=202020) (Type=MESSAGE-INTEGRITY Length=20 Value=9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2 Pad=) (Type=FINGERPRINT Length=4 Value=e57a3bcf Pad=)'
        }
        @{
            Format = 'stun-message'
            Source = 'RFC 5769, section 2.2'
            Bytes  = '0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96'
            Values = 'Zero=0 Type=257 Length=60 MagicCookie=2112A442 TransactionID=B7E7A701BC34D686FA87DFAE Attributes=(Type=SOFTWARE Length=11 Value=7465737420766563746f72 Pad=20) (Type=XOR-MAPPED-ADDRESS Length=8 Value=0001a147e112a643 Pad=) (Type=MESSAGE-INTEGRITY Length=20 Value=2b91f599fd9e90c38c7489f92af9ba53f06be7d7 Pad=) (Type=FINGERPRINT Length=4 Value=c07d4c96 Pad=)'
        }
        @{
            Format = 'tcp-options'
            Source = 'captured: curl connects'
            Bytes  = '0204ffd70402080a616abc8a000000000103030a'
            Values = 'Options=(Kind=MSS Length=4 Value=ffd7) (Kind=SackPermitted Length=2 Value=) (Kind=Timestamps Length=10 Value=616abc8a00000000) (Kind=NOP Length= Value=) (Kind=WindowScale Length=3 Value=0a)'
        }
        @{
            Format = 'dhcp-options'
            Source = 'made after RFC 2131, section 4.3.1: an ACK'
            Bytes  = '6382536335010536040a09000133040000a8c00104ffffff0003040a090001ff000000'
            Values = 'Cookie=63825363 Options=(Code=MessageType Length=1 Value=05) (Code=ServerIdentifier Length=4 Value=0a090001) (Code=LeaseTime Length=4 Value=0000a8c0) (Code=SubnetMask Length=4 Value=ffffff00) (Code=Router Length=4 Value=0a090001) (Code=End Length= Value=) (Code=Pad Length= Value=) (Code=Pad Length= Value=) (Code=Pad Length= Value=)'
        }
        @{
            Format = 'bgp'
            Source = 'made after section 4.3: an UPDATE'
            Bytes  = 'ffffffffffffffffffffffffffffffff0039020000001b4001010040020602010000fde8400304c000020180040400000000180a0a0010ac10'
            Values = 'Marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length=57 Type=UPDATE Body=(WithdrawnLength=0 Withdrawn= AttributesLength=27 Attributes=(Flags=Transitive Type=ORIGIN Length=1 LongLength= Value=00) (Flags=Transitive Type=AS_PATH Length=6 LongLength= Value=02010000fde8) (Flags=Transitive Type=NEXT_HOP Length=4 LongLength= Value=c0000201) (Flags=Optional Type=MULTI_EXIT_DISC Length=4 LongLength= Value=00000000) Reachable=(Bits=24 Prefix=0a0a00) (Bits=16 Prefix=ac10))'
        }
        @{
            Format = 'bgp'
            Source = 'made after section 4.2: an OPEN'
            Bytes  = 'ffffffffffffffffffffffffffffffff001d0104fde800b4c000020100'
            Values = 'Marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length=29 Type=OPEN Body=(Version=4 AS=65000 HoldTime=180 Identifier=192.0.2.1 ParametersLength=0 Parameters=)'
        }
        @{
            Format = 'bgp'
            Source = 'made after section 4.4: a KEEPALIVE'
            Bytes  = 'ffffffffffffffffffffffffffffffff001304'
            Values = 'Marker=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF Length=19 Type=KEEPALIVE Body='
        }
        @{
            Format = 'diameter'
            Source = 'made after section 5.3.1: a CER'
            Bytes  = '0100006c800001010000000011223344556677880000010840000016636c69656e742e6578616d706c650000000001284000000f6578616d706c6500000001014000000e0001c000020100000000010a4000000c000000000000010d000000115053536f636b657473000000'
            Values = 'Version=1 Length=108 Flags=Request CommandCode=257 ApplicationId=0 HopByHop=287454020 EndToEnd=1432778632 AVPs=(Code=OriginHost Flags=Mandatory Length=22 VendorId= Data=636c69656e742e6578616d706c65 Pad=0000) (Code=OriginRealm Flags=Mandatory Length=15 VendorId= Data=6578616d706c65 Pad=00) (Code=HostIPAddress Flags=Mandatory Length=14 VendorId= Data=0001c0000201 Pad=0000) (Code=VendorId Flags=Mandatory Length=12 VendorId= Data=00000000 Pad=) (Code=ProductName Flags= Length=17 VendorId= Data=5053536f636b657473 Pad=000000)'
        }
        @{
            Format = 'tls-record'
            Source = 'made after section 6: the alert close_notify'
            Bytes  = '15030300020100'
            Values = 'Type=Alert Version=771 Length=2 Fragment=0100'
        }
        @{
            Format = 'tls-handshake'
            Source = 'made after section 4.6.3: KeyUpdate'
            Bytes  = '1800000101'
            Values = 'Type=KeyUpdate Length=1 Body=01'
        }
        @{
            Format = 'quic-long-header'
            Source = 'RFC 9001, appendix A.2: the unprotected header'
            Bytes  = 'c300000001088394c8f03e5157080000449e00000002'
            Values = 'HeaderForm=1 FixedBit=1 Type=Initial TypeSpecificBits=3 Version=1 DestinationLength=8 Destination=8394C8F03E515708 SourceLength=0 Source= TokenLength=0 Token= Length=1182 Payload=00000002'
        }
        @{
            Format = 'coap-message'
            Source = 'RFC 7252, figure 16: the request'
            Bytes  = '40017d34bb74656d7065726174757265'
            Values = 'Version=1 Type=CON TokenLength=0 Class=0 Detail=1 MessageID=32052 Token= Options=(Delta=11 Length=11 Delta8= Delta16= Length8= Length16= Value=74656d7065726174757265 Payload=)'
        }
        @{
            Format = 'coap-message'
            Source = 'RFC 7252, figure 16: the response'
            Bytes  = '60457d34ff32322e332043'
            Values = 'Version=1 Type=ACK TokenLength=0 Class=2 Detail=5 MessageID=32052 Token= Options=(Delta=15 Length=15 Delta8= Delta16= Length8= Length16= Value= Payload=32322e332043)'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'captured: curl publishes'
            Bytes  = '101800044d5154540402003c000c6375726c3233323061646163'
            Values = 'Type=CONNECT DUP=False QoS=0 Retain=False Length=24 Body=(ProtocolLength=4 Protocol=MQTT Level=4 Flags=CleanSession KeepAlive=60 ClientLength=12 Client=curl2320adac Rest=)'
        }
        @{
            Format = 'mqtt-packet'
            Source = 'made after section 3.14: DISCONNECT'
            Bytes  = 'e000'
            Values = 'Type=DISCONNECT DUP=False QoS=0 Retain=False Length=0 Body='
        }
        @{
            Format = 'modbus-tcp'
            Source = 'MODBUS Application Protocol V1.1b3, section 6.3, with a header'
            Bytes  = '0001000000061103006b0003'
            Values = 'TransactionId=1 ProtocolId=0 Length=6 UnitId=17 Function=3 Data=006b0003'
        }
        @{
            Format = 'wireguard-initiation'
            Source = 'made after the protocol: the bytes count up'
            Bytes  = '0100000078563412000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b'
            Values = 'Type=1 Reserved=0 Sender=305419896 Ephemeral=000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F Static=202122232425262728292A2B2C2D2E2F303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F Timestamp=505152535455565758595A5B5C5D5E5F606162636465666768696A6B Mac1=6C6D6E6F707172737475767778797A7B Mac2=7C7D7E7F808182838485868788898A8B'
        }
        @{
            Format = 'ipfix'
            Source = 'made after section 3.4.1: a template of five elements'
            Bytes  = '000a002c695735a500000001000000010002001c0100000500080004000c0004000f00040002000400010004'
            Values = 'Version=10 Length=44 ExportTime=2026-01-02T03:04:05.0000000Z SequenceNumber=1 ObservationDomainId=1 Sets=(SetId=2 Length=28 Data=0100000500080004000c0004000f00040002000400010004)'
        }
        @{
            Format = 'vxlan-udp'
            Source = 'captured: ping through VXLAN'
            Bytes  = '0800000000138900eee597375a4fc2437fc35f11080045000054eca90000400179e90a0a00010a0a00020000cf0609720001188e016b0000000041ba0d0000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637'
            Values = 'R1=0 I=1 R2=0 Reserved1=0 VNI=5001 Reserved2=0 Destination=EEE597375A4F Source=C2437FC35F11 EtherType=2048 Data=45000054eca90000400179e90a0a00010a0a00020000cf0609720001188e016b0000000041ba0d0000000000101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637'
        }
        @{
            Format = 'sctp-chunks'
            Source = 'made after section 3.3: COOKIE-ACK, and DATA of three bytes'
            Bytes  = '0b0000040003001300000001000000000000000061626300'
            Values = 'Chunks=(Type=COOKIE-ACK Flags=0 Length=4 Value= Pad=) (Type=DATA Flags=3 Length=19 Value=000000010000000000000000616263 Pad=00)'
        }
        @{
            Format = 'rpki-rtr'
            Source = 'made after section 5.6: a prefix'
            Bytes  = '010400000000001401181800c00002000000fde8'
            Values = 'Version=1 Type=IPv4Prefix Session=0 Length=20 Body=01181800c00002000000fde8'
        }
        @{
            Format = 'snmp'
            Source = 'made after X.690: a get of sysDescr.0'
            Bytes  = '302902010104067075626c6963a01c020401020304020100020100300e300c06082b060102010101000500'
            Values = 'Sequence=48 Length=41 Message=(VersionTag=2 VersionLength=1 Version=01 CommunityTag=4 CommunityLength=6 Community=public PduType=GetRequest PduLength=28 Pdu=(Tag=Integer Length=4 Value=01020304) (Tag=Integer Length=1 Value=00) (Tag=Integer Length=1 Value=00) (Tag=Sequence Length=14 Value=300c06082b060102010101000500))'
        }
    )
    $formats = foreach ($name in $fields.Keys) {
        @{ Format = $name; Fields = $fields[$name] }
    }
}

BeforeAll {
    . $PSScriptRoot/../helpers/Common.ps1
    $formatDirectory = (Resolve-Path -LiteralPath "$PSScriptRoot/../../examples/formats").ProviderPath

    function Get-ExampleFormat {
        param([Parameter(Mandatory, Position = 0)] [string] $Name)

        Get-Content -LiteralPath (Join-Path $formatDirectory "$Name.txt") | New-MessageFormat -Name $Name -ErrorAction Stop
    }

    function ConvertFrom-Hex {
        param([Parameter(Mandatory, Position = 0)] [AllowEmptyString()] [string] $Digits)

        Write-Output -InputObject ([Convert]::FromHexString($Digits)) -NoEnumerate
    }

    function ConvertTo-Hex {
        param([Parameter(Mandatory, Position = 0)] [AllowEmptyCollection()] [byte[]] $Bytes)

        [Convert]::ToHexString($Bytes).ToLowerInvariant()
    }

    # A message in one line, its bytes as hexadecimal digits.
    function Show-Message {
        param([Parameter(Mandatory, Position = 0)] [psobject] $Message)

        $values = foreach ($property in $Message.PSObject.Properties) {
            "$($property.Name)=$(Show-Value $property.Value)"
        }
        $values -join ' '
    }

    # A message within it in brackets.
    function Show-Value {
        param([Parameter(Position = 0)] [AllowNull()] [object] $Value)

        if ($Value -is [byte[]]) { ConvertTo-Hex $Value }
        elseif ($Value -is [PSSockets.BinaryMessage]) { "($(Show-Message $Value))" }
        elseif ($Value -is [array]) { @($Value | ForEach-Object { Show-Value $_ }) -join ' ' }
        elseif ($Value -is [datetime]) { $Value.ToString('o') }
        else { "$Value" }
    }
}

Describe 'The formats in examples/formats' {
    It 'are exactly those that are tested here' -ForEach @{ Tested = @($fields.Keys); Sampled = @($samples.Format) } {
        $there = (Get-ChildItem -LiteralPath $formatDirectory -Recurse -File).BaseName | Sort-Object
        ($Tested | Sort-Object) -join ' ' | Should -BeExactly ($there -join ' ')
        ($Sampled | Sort-Object -Unique) -join ' ' | Should -BeExactly ($there -join ' ')
    }

    Context '<Format>' -ForEach $formats {
        It 'names its standard first' {
            $lines = Get-Content -LiteralPath (Join-Path $formatDirectory "$Format.txt")
            $lines[0] | Should -Match '^(RFC [0-9]+|IEEE [0-9.]+|MQTT [0-9.]+|MODBUS Messaging .*|WireGuard protocol)(,| and RFC|$)'
        }

        It 'has these fields' {
            (Get-ExampleFormat $Format).FieldList -join ' ' | Should -BeExactly $Fields
        }

        It 'is drawn, and read back' {
            $format = Get-ExampleFormat $Format
            (Format-MessageDiagram $format | New-MessageFormat).FieldList -join ' ' | Should -BeExactly $Fields
        }
    }

    It '<Format> reads real bytes and writes them again (<Source>)' -ForEach $samples {
        $format = Get-ExampleFormat $Format
        $message = ConvertFrom-BinaryMessage $format (ConvertFrom-Hex $Bytes)
        Show-Message $message | Should -BeExactly $Values
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly $Bytes
    }

    It 'websocket reads a payload of <Length> bytes when it is told the extended length (RFC 6455, section 5.7)' -ForEach @(
        @{ Length = 256; Head = '827e0100'; Width = 16 }
        @{ Length = 65536; Head = '827f0000000000010000'; Width = 64 }
    ) {
        $file = Get-Content -LiteralPath (Join-Path $formatDirectory 'websocket.txt')
        $format = New-MessageFormat $file -Field "ExtendedPayloadLength:$Width", 'PayloadData:[ExtendedPayloadLength]'
        $payload = [byte[]]::new($Length)
        [System.Random]::new($Length).NextBytes($payload)
        $frame = [byte[]] ((ConvertFrom-Hex $Head) + $payload)

        $message = ConvertFrom-BinaryMessage $format $frame
        $message.Opcode | Should -Be 2
        $message.ExtendedPayloadLength | Should -Be $Length
        ConvertTo-Hex $message.PayloadData | Should -BeExactly (ConvertTo-Hex $payload)
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly (ConvertTo-Hex $frame)
    }

    It 'coap reads a request without payload by its first fields (RFC 7252, figure 16)' {
        $format = New-MessageFormat -Field ((Get-ExampleFormat coap).Fields | Select-Object -First 7)
        $bytes = '40017d34bb74656d7065726174757265'
        $message = ConvertFrom-BinaryMessage $format (ConvertFrom-Hex $bytes)
        Show-Message $message | Should -BeExactly 'Ver=1 T=0 TKL=0 Code=1 MessageID=32052 Token= Options=bb74656d7065726174757265'
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly $bytes
    }

    It 'sntp reads a message without authenticator by its first fields (captured: chronyd answers)' {
        $format = New-MessageFormat -Field ((Get-ExampleFormat sntp).Fields | Select-Object -First 13)
        $bytes = '240806e600000000000000007f7f0101eeac0e0bfa216469724fafe87daa16efeeac0e0d50483abdeeac0e0d504ef976'
        $message = ConvertFrom-BinaryMessage $format (ConvertFrom-Hex $bytes)
        $message.Stratum | Should -Be 8
        $message.TransmitTimestamp | Should -Be 17198136527365798262
        ConvertTo-Hex (ConvertTo-BinaryMessage $format $message) | Should -BeExactly $bytes
    }

    It '<Format> fills in what follows from the rest: <Expected>' -ForEach @(
        @{ Format = 'udp'; Values = @{ SourcePort = 53; DataOctets = 'hi' }; Expected = '00350000000a00006869' }
        @{ Format = 'ipv4'; Values = @{ Version = 4; SourceAddress = '192.0.2.1'; Options = 1, 1, 1, 0 }; Expected = '460000000000000000000000c00002010000000001010100' }
        @{ Format = 'tcp'; Values = @{ SYN = 1; Options = 2, 4, 5, 0xB4 }; Expected = '0000000000000000000000006002000000000000020405b4' }
        @{ Format = 'websocket'; Values = @{ FIN = 1; Opcode = 2; MaskingKey = 1, 2, 3, 4; PayloadData = 5, 6 }; Expected = '8282010203040506' }
        @{ Format = 'http2-frame'; Values = @{ Type = 6; FramePayload = [byte[]]::new(8) }; Expected = '0000080600000000000000000000000000' }
        @{ Format = 'radius-attribute'; Values = @{ Type = 1; Value = 'nemo' }; Expected = '01066e656d6f' }
    ) {
        ConvertTo-Hex (ConvertTo-BinaryMessage (Get-ExampleFormat $Format) $Values) | Should -BeExactly $Expected
    }

    It 'gre has a checksum where its flag is set' {
        $format = Get-ExampleFormat gre
        $bytes = ConvertTo-BinaryMessage $format @{ ProtocolType = 0x86DD; Checksum = 0x12, 0x34; Reserved1 = 0, 0 }
        ConvertTo-Hex $bytes | Should -BeExactly '800086dd12340000'
        (ConvertFrom-BinaryMessage $format $bytes).C | Should -Be 1
    }

    It 'several are one packet, layer by layer (captured: ping through VXLAN)' {
        $bytes = ConvertFrom-Hex ('32ccb844f12ad2ad4aac9793080045000086b17a00004011b4d80a0900010a090002ad0f12b5007214980800000000138900' +
            'eee597375a4fc2437fc35f11080045000054eca90000400179e90a0a00010a0a00020000cf0609720001188e016b0000000041ba0d0000000000' +
            '101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f3031323334353637')
        $outer = ConvertFrom-BinaryMessage (Get-ExampleFormat ethernet) $bytes
        $ip = New-MessageFormat -Field ((Get-ExampleFormat ipv4).FieldList + 'Data:*')
        $packet = ConvertFrom-BinaryMessage $ip $outer.Data
        $packet.TotalLength | Should -Be $outer.Data.Length
        $datagram = ConvertFrom-BinaryMessage (Get-ExampleFormat udp) $packet.Data
        $datagram.DestinationPort | Should -Be 4789
        $frame = ConvertFrom-BinaryMessage (New-MessageFormat -Field ((Get-ExampleFormat vxlan).FieldList + 'Frame:*')) $datagram.DataOctets
        $frame.VXLANNetworkIdentifierVNI | Should -Be 5001
        $inner = ConvertFrom-BinaryMessage $ip (ConvertFrom-BinaryMessage (Get-ExampleFormat ethernet) $frame.Frame).Data
        "$($inner.SourceAddress) $($inner.DestinationAddress)" | Should -Be '10.10.0.1 10.10.0.2'
        $echo = ConvertFrom-BinaryMessage (Get-ExampleFormat icmp-echo) $inner.Data
        "$($echo.Type) $($echo.SequenceNumber)" | Should -Be '0 1'
    }
}

import type { Client } from './clients.js';
import type { Random } from './random.js';
import type { DataItem } from './sample-types.js';
import type { Place } from './sites.js';

/** What stays the same about a participant's connections while they are in. */
export interface Connections {
  readonly connectionType: string;
  readonly firstPort: number;
  readonly destination: string;
  readonly dataCenter: string;
}

/** Draws connections to a media router of a data center such as `SC (Top)`. */
export function createConnections(dataCenter: string, client: Client, random: Random): Connections {
  const isWeb = client.leg === 'rwg';
  const connectionType = random.pickWeighted([
    [isWeb ? 20 : 85, 'UDP'],
    [isWeb ? 75 : 9, 'SSL'],
    [4, 'TCP'],
    [2, 'P2P'],
  ]);
  const region = dataCenter.slice(0, 2).toLowerCase();
  return {
    connectionType: client.leg === 'dial-in' ? '' : connectionType,
    firstPort: random.whole(49_152, 65_000),
    destination: `mmr${random.whole(1, 24)}.${region}.example.com`,
    dataCenter,
  };
}

/** The 24 details that live data events and summaries share, told as live events tell them. */
export function createDataItem(
  client: Client,
  place: Place,
  connections: Connections,
  cameraOn: boolean,
): DataItem {
  const inside = place.internalAddress;
  const port = (offset: number): string => (inside === '' ? '' : `${connections.firstPort + offset}`);
  return {
    device: client.liveDevice,
    location: place.site.location,
    network_type: place.networkType,
    microphone: client.microphone,
    speaker: client.speaker,
    camera: cameraOn ? client.camera : '',
    data_center: connections.dataCenter,
    connection_type: connections.connectionType,
    pc_name: client.pcName,
    domain: client.domain,
    mac_addr: client.macAddress,
    harddisk_id: client.harddiskId,
    version: client.version,
    signaling_ip_address: place.publicAddress,
    signaling_internal_ip_address: inside,
    signaling_internal_ip_port: port(0),
    audio_internal_ip_address: inside,
    audio_internal_ip_port: port(1),
    video_internal_ip_address: client.hasVideo ? inside : '',
    video_internal_ip_port: client.hasVideo ? port(2) : '',
    as_internal_ip_address: client.hasVideo ? inside : '',
    as_internal_ip_port: client.hasVideo ? port(3) : '',
    destination_ip_domain: connections.destination,
    destination_ip_port: '8801',
  };
}

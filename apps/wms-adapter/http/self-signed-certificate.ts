import { generateKeyPairSync, sign } from 'node:crypto';

/** PEM files of a key and of a certificate that it signed itself, for `localhost` and for tests, valid for 25 years. */
export function selfSignedCertificate(): { key: string; certificate: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  // RFC 5280, 4.1: version 3, serial number, algorithm, issuer, validity, subject, key, extensions.
  const toBeSigned = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ECDSA_WITH_SHA256,
    LOCALHOST,
    sequence(utcTime('240101000000Z'), utcTime('490101000000Z')),
    LOCALHOST,
    publicKeyInfo,
    der(0xa3, sequence(ALTERNATIVE_NAME)),
  );
  const signature = der(0x03, Buffer.of(0), sign('sha256', toBeSigned, privateKey));
  const certificate = sequence(toBeSigned, ECDSA_WITH_SHA256, signature);
  const lines = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
}

/** A value in DER (X.690): tag, length, content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const value = Buffer.concat(content);
  const length = value.length < 0x80 ? [value.length] : [0x82, value.length >> 8, value.length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), value]);
}

function sequence(...content: Buffer[]): Buffer {
  return der(0x30, ...content);
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.of(value));
}

function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

function objectIdentifier(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

/** 1.2.840.10045.4.3.2 (RFC 5758) */
const ECDSA_WITH_SHA256 = sequence(objectIdentifier('2a8648ce3d040302'));
/** 2.5.4.3, common name */
const LOCALHOST = sequence(
  der(0x31, sequence(objectIdentifier('550403'), der(0x0c, Buffer.from('localhost')))),
);
/** 2.5.29.17, subject alternative name: a DNS name */
const ALTERNATIVE_NAME = sequence(
  objectIdentifier('551d11'),
  der(0x04, sequence(der(0x82, Buffer.from('localhost')))),
);

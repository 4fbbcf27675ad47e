//! The checking of signatures for `jsonwebtoken`, by ring: the one that TLS brings along. Nothing is ever signed here.

use jsonwebtoken::crypto::{CryptoProvider, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{Error, ErrorKind};
use jsonwebtoken::{Algorithm, DecodingKey, DecodingKeyKind};
use ring::signature as check;
use signature::Verifier;

/// What tokens may be signed with: signatures by a key that only the provider has. Neither `none` nor anything with a
/// shared secret is among them.
pub(super) const ALLOWED: [Algorithm; 4] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];

/// The names of those, as providers announce them.
pub(super) const NAMES: [&str; 4] = ["RS256", "PS256", "ES256", "EdDSA"];

static BY_RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, _| Err(ErrorKind::InvalidAlgorithm.into()),
    verifier_factory: verifier,
    key_utils: KeyUtils::new_unimplemented(),
};

/// Puts it in place, for the whole process; again does nothing.
pub(super) fn install() {
    _ = BY_RING.install_default();
}

fn verifier(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>, Error> {
    if !ALLOWED.contains(algorithm) || key.family() != algorithm.family() {
        return Err(ErrorKind::InvalidAlgorithm.into());
    }
    Ok(Box::new(ByRing { algorithm: *algorithm, key: key.clone() }))
}

struct ByRing {
    algorithm: Algorithm,
    key: DecodingKey,
}

impl JwtVerifier for ByRing {
    fn algorithm(&self) -> Algorithm {
        self.algorithm
    }
}

impl Verifier<Vec<u8>> for ByRing {
    fn verify(&self, message: &[u8], given: &Vec<u8>) -> Result<(), signature::Error> {
        let plain = |algorithm: &'static dyn check::VerificationAlgorithm, bytes: &[u8]| {
            check::UnparsedPublicKey::new(algorithm, bytes).verify(message, given)
        };
        let done = match (self.algorithm, self.key.kind()) {
            // Below 2,048 bits they refuse.
            (Algorithm::RS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                let key = check::RsaPublicKeyComponents { n, e };
                key.verify(&check::RSA_PKCS1_2048_8192_SHA256, message, given)
            }
            (Algorithm::PS256, DecodingKeyKind::RsaModulusExponent { n, e }) => {
                let key = check::RsaPublicKeyComponents { n, e };
                key.verify(&check::RSA_PSS_2048_8192_SHA256, message, given)
            }
            (Algorithm::ES256, DecodingKeyKind::SecretOrDer(key)) => {
                plain(&check::ECDSA_P256_SHA256_FIXED, key)
            }
            (Algorithm::EdDSA, DecodingKeyKind::SecretOrDer(key)) => plain(&check::ED25519, key),
            _ => return Err(signature::Error::new()),
        };
        done.map_err(|_| signature::Error::new())
    }
}

"""Make the portal's bucket in the object storage, once: `python deploy/make_bucket.py` in the portal's image."""

from __future__ import annotations

import os

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def main() -> None:
    """Create the bucket named by PORTAL_STORAGE_BUCKET unless it is there. Raises ClientError for anything else."""
    storage = boto3.client(
        "s3",
        endpoint_url=os.environ["PORTAL_STORAGE_ENDPOINT"],
        region_name=os.environ.get("PORTAL_STORAGE_REGION", "us-east-2"),
        aws_access_key_id=os.environ["PORTAL_STORAGE_ACCESS_KEY"],
        aws_secret_access_key=os.environ["PORTAL_STORAGE_SECRET_KEY"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    bucket = os.environ["PORTAL_STORAGE_BUCKET"]
    try:
        storage.head_bucket(Bucket=bucket)
    except ClientError as problem:
        if problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != 404:
            raise
        storage.create_bucket(Bucket=bucket)


if __name__ == "__main__":
    main()

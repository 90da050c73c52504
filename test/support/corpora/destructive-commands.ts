/**
 * Commands that destroy what cannot be had back, publish, or take something down, as agents and people write them:
 * in every order that their programs accept. One a line.
 */
export const DESTRUCTIVE_COMMANDS: readonly string[] = `
rm -r build
rm -rf node_modules
rm -fr .
rm -Rf /tmp/x
rm x -r
rm -f x y -r
rm -v -r -- x
rm --recursive x
rm --recur x
rm --force --rec x
rm -f -- x; rm -rf y
rm --no-preserve-root -rf /
/bin/rm -rf x
command rm -rf x
cd build && rm -rf ./*
ls | xargs rm -rf
find . -name '*.o' | xargs rm
rimraf dist
npx rimraf dist
npx shx rm -rf dist
unlink x
shred x
shred -u -n 3 secret.txt
srm x
wipe -rf x
dd if=/dev/zero of=/dev/sda
dd of=disk.img if=/dev/urandom bs=1M count=10
mkfs /dev/sda1
mkfs.ext4 -F /dev/sda1
mke2fs /dev/sdb
mkswap /dev/sdb2
wipefs -a /dev/sda
fdisk /dev/sda
sgdisk --zap-all /dev/sda
parted -s /dev/sda mklabel gpt
blkdiscard /dev/nvme0n1
nvme format /dev/nvme0n1
diskutil eraseDisk JHFS+ x disk2
diskutil apfs deleteContainer disk1
cryptsetup luksFormat /dev/sda2
cryptsetup -q luksErase /dev/sda2
lvremove -f vg/lv
vgremove vg
pvremove /dev/sdb
zpool destroy tank
zfs destroy -r tank/home
zfs rollback -r tank@a
btrfs subvolume delete /x
mdadm --zero-superblock /dev/sdb
mdadm --stop /dev/md0
cat image.iso > /dev/sdb
cp image.iso /dev/sdb
mv x /dev/null
mv -f important.txt /dev/null
mv -t /dev/null x
mv --target-directory=/dev/null x
cp /dev/null x
cp -f /dev/null app.log
ln -sf /dev/null x
truncate -s 0 x
truncate -s0 x
truncate --size=0 x
truncate x -s 0
truncate --size 0 x
> x
>x
>| x
: > x
: >| x
true > x
cat /dev/null > x
cat < /dev/null > x
echo -n > x
echo -n "" > x
printf '' > x
tee x < /dev/null
tee < /dev/null x y
for f in *.log; do > "$f"; done
find . -delete
find . -name '*.log' -delete
find . -type f -mtime +30 -delete -print
find /tmp -exec rm {} +
find . -name x -exec rm -rf {} \\;
find . -type d -execdir rm -r {} +
find . -name '*.tmp' -ok rm {} \\;
find . -exec shred {} +
fd -e log -x rm
rsync --delete a b
rsync -av --del a/ b/
rsync a b --delete
rsync --delete-after a b
rsync -a a b --delete-excluded
rsync -a --delete-before a b
rsync --remove-source-files -a a/ b/
tar --remove-files -cf x.tar dir
zip -m x.zip y
zip -rm x.zip dir
chmod -R 777 .
chmod 777 -R ~
chmod 777 . -R
chmod --recursive 777 .
chmod -vR 000 x
chmod u+x -fR x
chown -R root /
chown root -R /
chown --recursive me .
chown -hR me:me .
chgrp -R staff .
chgrp staff . --recursive
setfacl -R -m u:x:rwx .
chattr -R +i .
sudo ls
sudo -u postgres psql
sudo apt-get update
doas ls
su root
pkexec ls
run0 ls
shutdown now
shutdown -h now
shutdown -r +5
poweroff
poweroff -f
halt
reboot
reboot -f
init 0
init 6
telinit 6
systemctl poweroff
systemctl -i reboot
systemctl halt
systemctl stop nginx
systemctl --user stop app
systemctl disable --now nginx
systemctl mask nginx
systemctl kill nginx
systemctl isolate rescue.target
systemctl suspend
systemctl --no-block stop nginx
service nginx stop
service postgresql stop
launchctl unload x.plist
launchctl bootout gui/501 x
brew services stop postgresql
supervisorctl stop all
pm2 delete all
pm2 kill
kill -9 -1
kill -KILL -1
killall node
killall -9 java
pkill -9 -f server
pkill -u ada
crontab -r
crontab -u ada -r
atrm 3
userdel ada
userdel -r ada
groupdel staff
deluser --remove-home ada
passwd -l ada
iptables -F
iptables -t nat -F
iptables --flush
ip6tables -F
nft flush ruleset
ufw disable
ufw --force reset
ip link set eth0 down
ip link delete br0
ip route flush table main
ifconfig eth0 down
ifdown eth0
umount /mnt
umount -a
swapoff -a
journalctl --vacuum-time=1s
apt-get remove -y nginx
apt-get -y purge postgresql
apt remove nginx
dnf remove httpd
yum -y erase httpd
pacman -Rns firefox
dpkg --purge nginx
apk del nginx
gpg --delete-secret-keys ada
git push --force
git push -f
git push origin main --force
git push origin main -f
git push -uf origin main
git push -fu origin main
git push --force-with-lease
git push --force-with-lease=main origin main
git push --forc origin main
git push origin +main
git push origin +HEAD:main
git push origin :old
git push origin --delete old
git push --delete origin old
git push --del origin old
git push -d origin old
git push origin -d old
git push --mirror
git push --mirror backup
git push origin --prune
git push --prune origin
git -C dir push -f
git --git-dir x/.git --work-tree x push origin --force
git --no-pager push --force
git reset --hard
git reset --hard HEAD~3
git reset HEAD~1 --hard
git reset -q --hard origin/main
git reset --har
git reset --merge HEAD~3
git reset --keep HEAD~3
git -C dir reset --hard
git clean -f
git clean -fd
git clean -fdx
git clean -xdf
git clean -d -f
git clean --force
git branch -D old
git branch -D a b c
git branch a -D
git branch -dr origin/x --force
git branch -d -f old
git branch --delete --force old
git branch --force --delete old
git branch -M main
git branch --move --force a b
git branch -C a b
git branch -f main HEAD~3
git checkout .
git checkout -- .
git checkout -- src/a.ts
git checkout HEAD -- src/a.ts
git checkout HEAD~2 src/a.ts
git checkout src/a.ts
git checkout ./src
git checkout -f
git checkout -f main
git checkout --force main
git checkout main -f
git checkout -B main origin/main
git checkout --ours src/a.ts
git checkout --theirs .
git checkout -q -- a
git restore .
git restore src/a.ts
git restore --source=HEAD~1 src/a.ts
git restore --staged --worktree .
git restore -SW a
git restore -W .
git restore -s HEAD~1 -- a
git switch -f main
git switch --discard-changes main
git switch main --force
git switch -C main origin/main
git stash drop
git stash drop stash@{1}
git stash clear
git rm -r src
git rm -rf .
git rm src -r
git rm -f -r src
git filter-branch --tree-filter 'rm -f x' HEAD
git filter-repo --path x
git filter-repo --invert-paths --path secret
git update-ref -d refs/heads/x
git update-ref --no-deref -d refs/heads/x
git reflog expire --expire=now --all
git reflog delete HEAD@{1}
git gc --prune=now
git gc --aggressive --prune=all
git prune
git worktree remove --force x
git worktree remove -f x
git tag -d v1.0
git tag --delete v1.0
git tag -f v1.0
git remote remove origin
git remote rm origin
git submodule deinit -f --all
hg strip tip
hg update --clean
hg purge
svn delete https://svn.example.com/x -m x
svn revert -R .
npm publish
npm publish --access public
npm --prefix x publish
npm -w x publish
npm --workspace x publish
npm --workspace=x publish
npm publish -w x
npm --silent publish
npm -ws publish
npm unpublish x@1.0.0
npm unpublish --force x
npm deprecate x 'no'
npm dist-tag add x@1.0.0 latest
npm dist-tag rm x beta
npm owner rm ada x
npm pub
pnpm publish
pnpm -r publish
pnpm --filter x publish
pnpm publish --no-git-checks
yarn publish
yarn --cwd x publish
yarn npm publish
yarn workspace x publish
yarn workspace x npm publish
yarn workspaces foreach -A npm publish
bun publish
deno publish
jsr publish
npx jsr publish
npx lerna publish
lerna publish from-package
npx changeset publish
nx release publish
npx semantic-release
cargo publish
cargo +nightly publish
cargo -q publish -p x
cargo publish --manifest-path x/Cargo.toml
cargo yank --version 1.0.0 x
cargo owner --remove ada
twine upload dist/*
twine upload -r testpypi dist/x.whl
python -m twine upload dist/*
python3 -m twine upload --repository x dist/*
poetry publish
poetry publish --build
poetry -C x publish
uv publish
uv --project x publish
hatch publish
flit publish
pdm publish
maturin publish
python setup.py sdist upload
gem push x.gem
gem yank x -v 1.0.0
rake release
bundle exec rake release
mvn deploy
mvn -B clean deploy
mvn release:perform
gradle publish
./gradlew publish
./gradlew :lib:publishToMavenCentral
./gradlew build publish
sbt publishSigned
lein deploy clojars
dotnet nuget push x.nupkg
nuget push x.nupkg
nuget delete x 1.0.0
pod trunk push x.podspec
dart pub publish
flutter pub publish
mix hex.publish
cabal upload --publish x
luarocks upload x.rockspec
conan upload x
vsce publish
npx vsce publish minor
ovsx publish
docker push x
docker image push x
docker compose push
docker buildx build --push -t x .
docker build -t x --push .
podman push x
skopeo copy docker://a docker://b
helm push x.tgz oci://y
gh release create v1.0.0
gh release create v1 --notes x
gh release delete v1
gh release delete-asset v1 x
gh -R a/b release create v1
gh repo delete a/b --yes
gh repo archive a/b
gh repo edit --visibility public
gh gist create secret.txt
gh secret delete X
gh issue delete 3
gh api -X DELETE repos/a/b
gh api repos/a/b --method DELETE
glab repo delete x
goreleaser release
snapcraft upload x
terraform apply
terraform apply -auto-approve
terraform -chdir=x apply
terraform -chdir=infra destroy -auto-approve
terraform destroy
terraform state rm x
terraform state mv a b
terraform state push x
terraform workspace delete x
terraform taint x
terraform import x y
terraform force-unlock x
tofu apply
tofu destroy
tofu -chdir=x apply
terragrunt apply
terragrunt run-all destroy
terragrunt run --all apply
cdktf deploy
pulumi up
pulumi up -y
pulumi -C x up
pulumi destroy
pulumi stack rm dev
pulumi state delete x
cdk deploy
cdk destroy
cdk destroy --all --force
npx cdk deploy --all
serverless deploy
serverless remove
sls remove --stage prod
sam deploy
sam delete
sst remove
amplify delete
eb terminate x
ansible-playbook site.yml
kubectl delete pod a
kubectl delete -f x.yaml
kubectl -n prod delete ns x
kubectl --context prod delete pod a
kubectl --namespace=prod delete pod a
kubectl drain node1
kubectl cordon node1
kubectl replace --force -f x.yaml
kubectl scale --replicas=0 deploy/x
kubectl scale deploy/x --replicas=0
kubectl scale deploy/x --replicas 0
kubectl rollout undo deploy/x
kubectl apply -f x.yaml
kubectl -n prod apply -k .
kubectl patch deploy x -p '{}'
kubectl config delete-context x
oc delete project x
k delete pod a
helm uninstall x
helm delete x
helm -n prod uninstall x
helm rollback x 1
helm upgrade --install x y
helmfile destroy
kubeadm reset
minikube delete
kind delete cluster
k3d cluster delete
eksctl delete cluster x
argocd app delete x
flux uninstall
docker system prune
docker system prune -af
docker --log-level x system prune
docker volume prune
docker volume rm v
docker --log-level x volume rm v
docker --context prod volume rm v
docker volume remove v
docker image prune -a
docker container prune -f
docker builder prune
docker buildx prune
docker network prune
docker rm -f x
docker rm -v x
docker container rm --force x
docker rmi -f x
docker compose down -v
docker compose down --volumes
docker compose -f x.yml down -v
docker compose --project-name x down --rmi all
docker-compose down -v
docker-compose -f x.yml down --volumes
docker compose rm -fsv
docker swarm leave --force
docker stack rm x
docker service rm x
podman system reset
podman system prune -a
podman volume rm x
vagrant destroy -f
multipass delete x
virsh undefine x
lxc delete x
aws s3 rb s3://x --force
aws s3 rb --force s3://x
aws s3 rm s3://x/y
aws s3 rm --recursive s3://x
aws --profile prod s3 rm s3://x --recursive
aws s3 sync --delete a s3://x
aws s3 mv s3://x/a b
aws s3api delete-object --bucket x --key y
aws ec2 terminate-instances --instance-ids i-1
aws --region eu-west-1 ec2 terminate-instances --instance-ids i-1
aws ec2 stop-instances --instance-ids i-1
aws rds delete-db-instance --db-instance-identifier x
aws dynamodb delete-table --table-name x
aws cloudformation delete-stack --stack-name x
aws cloudformation deploy --stack-name x
aws lambda delete-function --function-name x
aws iam delete-user --user-name x
aws sqs purge-queue --queue-url x
aws kms schedule-key-deletion --key-id x
aws ecr batch-delete-image --repository-name x
gcloud projects delete x
gcloud compute instances delete x
gcloud --project x compute instances delete y
gcloud sql instances delete x
gcloud app deploy
gcloud run deploy x
gcloud storage rm gs://x/y
gsutil rm -r gs://x
gsutil -m rm gs://x/**
gsutil rb gs://x
bq rm -r x
az group delete -n x
az vm delete -n x -g y --yes
az storage blob delete-batch -s x
az keyvault purge -n x
doctl compute droplet delete 1
hcloud server delete x
linode-cli linodes delete 1
fly deploy
flyctl deploy
fly apps destroy x
flyctl volumes destroy x
heroku apps:destroy -a x --confirm x
heroku pg:reset -a x
heroku ps:scale web=0
heroku addons:destroy x
vercel --prod
vercel deploy
vercel rm x
netlify deploy --prod
netlify sites:delete
firebase deploy
firebase deploy --only hosting
firebase firestore:delete --all-collections
wrangler deploy
wrangler publish
wrangler delete
wrangler d1 delete x
railway up
railway down
supabase db reset
supabase db push
supabase functions deploy x
surge dist x.surge.sh
npx gh-pages -d dist
mkdocs gh-deploy
clasp push
eas submit
kamal deploy
defaults delete com.example.app
nvram -c
aws autoscaling update-auto-scaling-group --auto-scaling-group-name x --desired-capacity 0
airflow db reset
celery -A x purge -f
dbt run --full-refresh
curl -X"$METHOD" https://api.example.com/users/1
curl --request="$METHOD" https://api.example.com/users/1
curl -X "$METHOD" "$URL"
ngrok http 3000
cloudflared tunnel --url http://localhost:3000
npx localtunnel --port 3000
tailscale funnel 3000
mail -s x ada@example.com
sendmail ada@example.com
git send-email 0001-x.patch
cap production deploy
cf push
cf delete x
rclone delete x:y
rclone purge x:y
rclone sync a x:b
mc rm --recursive x/y
mc rb x/y
s3cmd del s3://x/y
azcopy remove x
restic forget --prune x
borg delete x
dropdb x
dropdb --if-exists x
dropuser x
psql -c 'DROP TABLE users'
psql -d x -c "drop database y"
psql -h db -U x -c 'TRUNCATE users'
psql --command='DELETE FROM users' x
psql x <<< 'DROP TABLE users'
mysql -e 'DROP DATABASE x'
mysql -u root -e "TRUNCATE TABLE x.y"
mysqladmin drop x
mysqladmin -u root drop x
sqlite3 x.db 'DROP TABLE users'
sqlite3 x.db "delete from users"
redis-cli flushall
redis-cli FLUSHALL
redis-cli -h x -p 6379 flushdb
redis-cli -n 3 FLUSHDB
redis-cli shutdown
mongosh x --eval 'db.dropDatabase()'
mongosh --eval "db.users.deleteMany({})" x
mongo x --eval 'db.users.drop()'
rails db:drop
rails db:reset
bin/rails db:drop db:create
bundle exec rails db:schema:load
rake db:drop
RAILS_ENV=test rake db:reset
php artisan migrate:fresh
php artisan migrate:reset --force
php artisan db:wipe
python manage.py flush
python manage.py flush --no-input
python3 ./manage.py reset_db
python manage.py migrate app zero
prisma migrate reset
npx prisma migrate reset --force
npx prisma db push --force-reset
npx prisma db push --accept-data-loss
npx sequelize-cli db:drop
npx typeorm schema:drop
npx knex migrate:rollback --all
alembic downgrade base
alembic downgrade -1
flask db downgrade
mix ecto.drop
mix ecto.reset
diesel database reset
sqlx database drop -y
dotnet ef database drop
flyway clean
liquibase drop-all
goose reset
wp db reset --yes
drush sql-drop
php bin/console doctrine:database:drop --force
vault kv delete secret/x
vault secrets disable x
consul kv delete -recurse x
etcdctl del --prefix x
kafka-topics --delete --topic x
rabbitmqctl reset
curl -X DELETE https://api.example.com/users/1
curl https://api.example.com/users/1 -XDELETE
curl --request DELETE https://api.example.com/users/1
curl --request=DELETE https://es.example.com/_all
docker container prune --force
docker --host tcp://x system prune
docker image prune --all --force
docker volume rm $(docker volume ls -q)
docker rm $(docker ps -aq)
docker rmi $(docker images -q)
docker kill $(docker ps -q)
podman rm -fa
docker compose -p x down --volumes --remove-orphans
docker compose rm -f
docker compose --profile x -f a.yml -f b.yml down -v
git push origin --delete tag v1
git push --no-verify -f
git push upstream '+refs/heads/*:refs/heads/*'
git branch -q -D x
git branch -rD origin/x
git checkout HEAD .
git checkout main -- package.json
git checkout -qf
git checkout HEAD~3 -q -- a
git checkout stash@{0} -- .
git reset HEAD --hard -q
git reset --hard "$SHA"
git reflog expire --all --expire-unreachable=now
git rm -rfq x
git worktree remove -f -f x
git worktree remove x --force
git filter-branch -f --index-filter x
git update-ref --stdin
git switch -fq main
git clean -ffdx
git clean -i
git restore --worktree .
git restore -- .
git stash drop stash@{0} -q
git tag --force v1
git push --tags --force
git push origin HEAD:main --force-with-lease
git push -f origin HEAD
git push --delete origin --quiet v1
git --work-tree=x checkout -f
git -C x -C y clean -xfd
rm -dr x
rm -Rv x
rm --recursive=x
find / -name core -type f -delete
find . -name '*.bak' -exec rm -f {} ';'
find . -print0 | xargs -0 rm -rf
find . -type d -name x -prune -exec rm -r {} +
rsync -avz --delete-during a b
chmod a-x -R .
chown -v -R a:b x
chgrp --recursive x y
mv -v x y /dev/null
cat /dev/null >| x
printf "" > x
truncate --size 0 a.log
shred -vfz x
echo -n '' > x
cd x && > y
npm publish --tag beta
npm run build && npm publish
npm --registry=https://x publish
npm -C x publish
npm --loglevel=silent --workspace x publish
npm --loglevel silent publish
npm publish ./x.tgz --otp=123
npm unpublish x --force
pnpm --dir x publish
pnpm publish -r --access public
yarn --cwd=x publish --access public
npx --yes semantic-release
cargo -Z x publish
cargo publish --token x
cargo publish --allow-dirty --no-verify
poetry publish -u x
python3 -m build && twine upload dist/*
./mvnw deploy
mvn -DskipTests deploy
mvn --settings x deploy
gradle :x:publish
gradle --no-daemon publish
docker buildx build --platform x --push .
docker --config x push y
vsce publish -p x
gh release create --draft v1
gh --repo x release upload v1 a
gem push --key x y.gem
terraform apply plan.tfplan
terraform destroy -target=x
terraform -chdir=x state rm y
terraform -chdir=x workspace delete -force y
tofu state rm x
terragrunt run-all apply
pulumi up --yes --stack prod
pulumi -s prod destroy
cdk --profile x deploy
cdk deploy --require-approval never '*'
sls deploy -s prod
kubectl -n x delete all --all
kubectl delete --all pods
kubectl --context=prod -n x scale deployment/x --replicas=0
kubectl drain --ignore-daemonsets n
helm --kube-context x uninstall y
aws --region x s3 rb s3://y
aws s3 rm s3://x --recursive --profile y
aws ec2 delete-security-group --group-id x
gcloud -q projects delete x
gcloud container clusters delete x --zone y
az vm delete --ids x
az resource delete --ids x
eksctl delete nodegroup x
fly apps destroy -y x
heroku pg:reset DATABASE --confirm x
psql -U x -c 'drop schema public cascade'
mysql -uroot -proot -e 'drop database x'
redis-cli -u redis://x FLUSHALL ASYNC
mongosh mongodb://x --quiet --eval "db.dropDatabase()"
DISABLE=1 rails db:reset
npx prisma migrate reset -f
yarn prisma migrate reset
pnpm exec prisma migrate reset
npx sequelize db:drop
systemctl --now disable x
systemctl start reboot.target
systemctl isolate poweroff.target
shutdown -P now
reboot now
kill -s KILL -1
kill -9 -- -1
pkill -KILL -u ada
killall -u ada
iptables --table nat --flush
nft delete table x
userdel -f -r x
umount -l /
crontab -ri
mkfs -t ext4 /dev/sdb
wipefs --all /dev/sdb
sfdisk --delete /dev/sda
hdparm --user-master u --security-erase p /dev/sda
cryptsetup erase /dev/sda
zfs destroy -R x
lvremove -y x/y
dd bs=4M if=x.iso of=/dev/sdb status=progress
at now -f x
conda env remove -n x
az storage account delete -n x
aws rds delete-db-cluster --db-cluster-identifier x
firebase projects:delete x
vercel --prod --yes
vercel remove x --yes
netlify deploy -p
supabase db reset --linked
ssh-add -D
git lfs prune
git annex drop x
echo "" > x
true > x.log
: > a; : > b
cat </dev/null >x
cp -- /dev/null x
dropdb -h x -U y z
psql -h x -d y -tAc "DELETE FROM users"
sqlite3 -batch x.db "DROP TABLE y;"
mysql -h x y <<< "DROP TABLE z"
kafka-topics.sh --bootstrap-server x --delete --topic y
az keyvault secret delete --name x --vault-name y
gcloud iam service-accounts delete x
gcloud compute disks delete x --quiet
doctl databases delete x
kind delete clusters --all
minikube delete --all --purge
brew services stop --all
launchctl bootout system/x
nomad job stop -purge x
consul kv delete -recurse a/
vault secrets disable x/
vault kv metadata delete x
restic forget --keep-last 1 --prune
borg prune x
gsutil -m rm -r gs://x
bq rm -r -f x
aws s3api delete-bucket --bucket x
fd -e log -xrm
fd -e log --exec=rm
git p4 submit
gh workflow disable ci.yml
gh api graphql -f query='mutation { deleteRef(input: {refId: "x"}) { clientMutationId } }'
docker service scale web=0
docker service update --image y x
docker stack deploy -c x.yml y
docker buildx build -o type=registry .
docker buildx build --output type=image,push=true .
aws cloudformation update-stack --stack-name x
aws --region eu-west-1 route53 change-resource-record-sets --hosted-zone-id x
aws s3api put-bucket-policy --bucket x
aws sns publish --topic-arn x --message y
aws sesv2 send-email --destination x
flyctl scale count 0
stripe refunds create --charge x
stripe products delete x
sentry-cli releases delete x
monit stop all
salt '*' state.apply
tilt down
docker-machine rm x
psql -Atqc "$SQL" app
echo 'drop table x' | psql app
printf 'DROP TABLE x;' | mysql -u root app
cat <<< 'drop table x' | psql app
echo 'drop table x' | tee q.sql | psql app
echo 'db.dropDatabase()' | mongosh app
sqlite3 app.db "$SQL"
echo flushall | redis-cli -h x
redis-cli <<< FLUSHALL
redis-cli eval 'redis.call("flushall")' 0
npx aws-cdk deploy
npx @changesets/cli publish
npx eas-cli submit
npx firebase-tools deploy
npx netlify-cli deploy --prod
docker compose build --push
git send-pack --force x
psql -c'drop table x'
aws athena start-query-execution --query-string 'drop table x'
aws rds-data execute-statement --sql 'drop table x'
aws dynamodb execute-statement --statement 'DELETE FROM x'
gcloud spanner databases execute-sql x --sql='drop table y'
snow sql -q 'drop table x'
rails runner 'User.delete_all'
bin/rails c <<< 'User.destroy_all'
python manage.py shell -c 'User.objects.all().delete()'
aws cognito-idp admin-delete-user --username x
aws deploy create-deployment --application-name x
az webapp deployment source config-zip --src x
iptables -A INPUT -j DROP
ufw deny 22
cargo smart-release --execute
gh pr close 1 --delete-branch
fly secrets set X=y
python3 -c 'import shutil; shutil.rmtree("x")'
python -c "import subprocess; subprocess.run(['x'])"
node -e 'require("fs").rmSync("x", { recursive: true })'
ruby -e 'File.delete("x")'
docker run --rm x python3 -c 'import os; os.system("x")'
`
  .split("\n")
  .filter((line) => line !== "");
